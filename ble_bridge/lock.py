"""One bridge for a folder [B32]: a lock that goes when its process goes, however it ends. In the file: which process has it."""

import contextlib
import os
import sys
from pathlib import Path
from typing import Final, TextIO

FILE: Final = "lock"
_FAR: Final = 4096
"""Windows locks bytes, and who looks must still read the number at the beginning."""


class LockedError(Exception):
    """Another process has this home; one line."""


def lock(folder: Path) -> TextIO:
    """Held while the file is open. Raises LockedError, OSError."""
    file = (folder / FILE).open("a+")
    if not _taken(file):
        file.close()
        raise LockedError(f"Another bridge runs with {folder}{_by(folder)}. Stop it first, or give this one a folder of its own.")
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def holder(folder: Path) -> int | None:
    """The process that has it; 0 where that is not known, None when nobody has. Raises OSError."""
    path = folder / FILE
    if not path.exists():
        return None
    with path.open("r") as file:
        if _taken(file, shared=True):
            return None
        with contextlib.suppress(ValueError):
            return int(file.read())
    return 0


def _by(folder: Path) -> str:
    number = holder(folder)
    return f" (process {number})" if number else ""


if sys.platform == "win32":
    import msvcrt

    def _taken(file: TextIO, *, shared: bool = False) -> bool:
        try:
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            if shared:
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:
    import fcntl

    def _taken(file: TextIO, *, shared: bool = False) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
