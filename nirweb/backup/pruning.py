"""Take away old copies of the data, which still hold what a person has deleted since [K35]."""

import shutil
import time
from pathlib import Path
from typing import Final

from nirweb.backup import swap
from nirweb.backup.trouble import CannotBackUp, told

PLACES: Final = ("backups", "snapshots", swap.ASIDE)
DAY_S: Final = 24 * 3600


def prune(data: Path, days: int, now_s: float) -> list[Path]:
    """Remove the backups, snapshots and put-aside states in `data` that are older than `days`; what was removed, oldest first.

    Raises CannotBackUp while a restore is under way: what is aside may be all there is.
    """
    if swap.interrupted(data):
        raise CannotBackUp("A restore was interrupted: end it first with  python3 manage.py restore --undo")
    found = [path for place in PLACES for path in (data / place).glob("*") if not _in_the_making(path)]
    old = sorted((path for path in found if _made_s(path) < now_s - days * DAY_S), key=_made_s)
    with told(data):
        for path in old:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    return old


def _in_the_making(path: Path) -> bool:
    """Of a backup, a snapshot or a restore that is under way."""
    return path.name.startswith(".") or path.suffix in {".new", swap.READY, swap.UNDOING}


def _made_s(path: Path) -> float:
    return path.lstat().st_mtime


def run(data: Path, days: int) -> list[str]:
    """As `prune`, with the words for each."""
    gone = [f"Removed: {path}" for path in prune(data, days, time.time())]
    told_of = gone or [f"Nothing in {data} is older than {days} days: no backup, no snapshot, nothing put aside."]
    return [*told_of, "Copies that you keep elsewhere are yours to remove."]
