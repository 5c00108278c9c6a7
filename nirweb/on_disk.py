"""Files that outlast a loss of power."""

import os
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600


def write(path: Path, content: bytes) -> None:
    """All of it or nothing, for the owner alone from the first byte. Raises OSError.

    Where the name itself must last too, `sync` its folder afterwards.
    """
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)  # what was cut short before, with whatever rights it has
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def sync(*paths: Path) -> None:
    """Wait until each file, or the names in each folder, are on the disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
