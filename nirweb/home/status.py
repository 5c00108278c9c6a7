"""What the home part tells `up`: a small file in the runtime folder, replaced whole."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Status:
    addresses: tuple[str, ...] = ()
    """What the home name leads to now."""
    others: tuple[str, ...] = ()
    """Addresses of other machines that answer to our name [H28]."""
    trouble: str = ""
    """Why nothing is announced."""


def write(path: Path, status: Status) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(status)), encoding="utf-8")
    new.replace(path)


def read(path: Path) -> Status | None:
    """None while there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Status(tuple(found["addresses"]), tuple(found["others"]), found["trouble"])
    except (OSError, ValueError, KeyError):
        return None
