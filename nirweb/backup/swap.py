"""Put one state of the data folder in the place of another, so that at each moment one of them can be had whole [K20, K21].

A note in the folder says what is going on. While it is there `up` does not start, and `undo` puts back what was aside.
"""

import json
import shutil
from pathlib import Path
from typing import Final

from nirweb import on_disk
from nirweb.backup import contents
from nirweb.backup.contents import DATABASE
from nirweb.supervisor.trouble import CannotStart

NOTE: Final = "restoring.json"
ASIDE: Final = "aside"
READY: Final = ".ready"
UNDOING: Final = ".undoing"
ASIDES_KEPT: Final = 2


def interrupted(data: Path) -> bool:
    return (data / NOTE).exists()


def refuse_interrupted(data: Path) -> None:
    """Raises CannotStart when a restore stopped half-way."""
    if interrupted(data):
        raise CannotStart("A restore was interrupted: put the data from before it back with  python3 manage.py restore --undo")


def newest_aside(data: Path) -> Path | None:
    """What the last restore, or undo, put aside."""
    found = _asides(data)
    return found[-1] if found else None


def forget_older(data: Path) -> None:
    """Keep what was put aside last, and the one before it."""
    for old in _asides(data)[:-ASIDES_KEPT]:
        shutil.rmtree(old)


def sweep(data: Path) -> None:
    """Take away what a restore that was killed had made ready, and not put in place."""
    for path in (data / ASIDE).glob("*"):
        if path.suffix == READY:
            shutil.rmtree(path)
        elif path.suffix == UNDOING:
            path.rename(path.with_suffix(""))


def _asides(data: Path) -> list[Path]:
    return sorted(path for path in (data / ASIDE).glob("*") if path.suffix not in {READY, UNDOING} and (path / DATABASE).exists())


def swap(data: Path, staged: Path, aside: Path) -> None:
    """Move what is replaced to `aside`, a new folder, and what lies in `staged` into its place. All on one disk."""
    aside.mkdir(mode=0o700, parents=True)
    _note(data, staged, aside)
    for name in contents.replaced(data):
        (data / name).rename(aside / name)
    for path in sorted(staged.iterdir()):
        path.rename(data / path.name)
    on_disk.sync(aside, data)
    (data / NOTE).unlink()
    on_disk.sync(data)
    staged.rmdir()


def back(data: Path) -> None:
    """Undo a swap that was interrupted, wherever that was: what was aside is in its place again, what was to come is staged."""
    note = json.loads((data / NOTE).read_text(encoding="utf-8"))
    staged, aside = data / note["staged"], data / note["aside"]
    for name in note["coming"]:
        # it has come when it is not staged any more; what it replaces was put aside before, all of it
        if not (staged / name).exists() and (data / name).exists():
            (data / name).rename(staged / name)
    for path in sorted(aside.iterdir()):
        path.rename(data / path.name)
    on_disk.sync(data)
    (data / NOTE).unlink()
    on_disk.sync(data)
    aside.rmdir()
    sweep(data)


def _note(data: Path, staged: Path, aside: Path) -> None:
    note = {
        "staged": staged.relative_to(data).as_posix(),
        "aside": aside.relative_to(data).as_posix(),
        "coming": sorted(path.name for path in staged.iterdir()),
    }
    on_disk.write(data / NOTE, json.dumps(note).encode())
    on_disk.sync(data)
