"""DATA/home/address.json: what was chosen, kept for every later `up` [H2, H3]."""

import json
from dataclasses import asdict
from pathlib import Path

from nirweb import on_disk
from nirweb.home.address import Choice, Lan
from nirweb.supervisor.trouble import CannotStart


def file_of(data: Path) -> Path:
    return data / "home" / "address.json"


def load(data: Path) -> Choice:
    """Raises CannotStart: a file that cannot be read is never taken for none, for a new name would strand every phone."""
    path = file_of(data)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        lan = found.pop("lan")
        return Choice(**{**found, "former": tuple(found["former"]), "lan": Lan(**lan) if lan else None})
    except (FileNotFoundError, NotADirectoryError):
        return Choice()
    except OSError as error:
        raise CannotStart(f"{path} cannot be read ({error.strerror}): make it readable for you.") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CannotStart(f"{path} is damaged: put it back from a backup, or phones lose the address they know.") from None


def keep(data: Path, choice: Choice) -> None:
    """Raises CannotStart."""
    path = file_of(data)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        on_disk.write(path, json.dumps(asdict(choice), indent=2).encode())
    except OSError as error:
        raise CannotStart(f"The address cannot be kept in {path} ({error.strerror}): make the folder writable for you.") from None
