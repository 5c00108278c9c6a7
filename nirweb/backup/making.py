"""Make a backup, also while the product runs."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from nirweb import on_disk
from nirweb.backup import archive, contents, databases, swap
from nirweb.backup.contents import Fate
from nirweb.backup.progress import Progress
from nirweb.backup.trouble import CannotBackUp, told

TRIES: Final = 5
WORK: Final = ".nirweb-backup-"


@dataclass(frozen=True)
class Made:
    path: Path
    size: int
    members: int
    keys: bool
    left_out: list[str] = field(default_factory=list)
    """Files of the data folder that nobody decided about [K10]."""


def name_at(now: datetime) -> str:
    return f"nirweb-{now:%Y%m%dT%H%M%SZ}.zip"


def make(data: Path, database: dict[str, Any], wanted: Path | None, *, keys_given: bool, say: Callable[[str], None]) -> Made:
    """Write the backup of `data` and `database` (as Django's DATABASES["default"]) to `wanted`, whole or not at all [K2].

    `keys_given`: the server's keys come from its environment. Raises CannotBackUp.
    """
    _no_restore(data)
    if database["ENGINE"].endswith("sqlite3") and not Path(database["NAME"]).exists():
        raise CannotBackUp(f"There is no database {database['NAME']}: name the data folder with --data DIR.")
    target = _target(data, wanted)
    with told(target.parent), _workshop(target.parent) as folder:
        progress = Progress(say)
        about, sources = _gather(data, database, folder, progress, keys_given=keys_given)
        packed = folder / "packed"
        _pack(packed, about, sources, progress)
        on_disk.sync(packed)
        _no_restore(data)
        if target.exists():
            raise CannotBackUp(f"{target} exists already: choose another name.")
        packed.replace(target)
        on_disk.sync(target.parent)
    lost = contents.undecided(contents.files(data))
    return Made(target, target.stat().st_size, len(sources), about.keys, lost)


def _no_restore(data: Path) -> None:
    if swap.interrupted(data):
        raise CannotBackUp("A restore is under way, or was interrupted: nothing was backed up.")


def _target(data: Path, wanted: Path | None) -> Path:
    named = name_at(datetime.now(UTC))
    if wanted is None:
        folder = data / "backups"
        with told(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        return folder / named
    wanted = wanted.expanduser().absolute()
    if wanted.is_dir():
        return wanted / named
    if wanted.exists():
        raise CannotBackUp(f"{wanted} exists already: choose another name.")
    if not wanted.parent.is_dir():
        raise CannotBackUp(f"There is no folder {wanted.parent}.")
    return wanted


@contextmanager
def _workshop(where: Path) -> Iterator[Path]:
    """A folder of our own beside the target, taken away at the end. What a killed backup left is taken away too."""
    for old in where.glob(f"{WORK}*"):
        pid = old.name.removeprefix(WORK).partition("-")[0]
        if not (pid.isdigit() and _runs(int(pid))):
            shutil.rmtree(old, ignore_errors=True)
    folder = where / f"{WORK}{os.getpid()}-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _gather(
    data: Path, database: dict[str, Any], folder: Path, progress: Progress, *, keys_given: bool
) -> tuple[archive.About, dict[str, Path]]:
    """Copy what is written to; returns where each member is to be read from.

    The database comes first and the bridges' journals after it: light that it does not know of yet is still in them. A bridge
    that renewed its tokens meanwhile would not be let in with the copied ones: then all is copied again [K12].
    """
    for _ in range(TRIES):
        before = _tokens(data)
        about = _database(database, folder, progress, keys=not keys_given)
        sources = {contents.DATABASE if about.database == "sqlite" else contents.DUMP: folder / "database"}
        for name in contents.files(data):
            rule = contents.rule_of(name)
            if rule is None or name == contents.DATABASE or rule.fate not in {Fate.COPIED, Fate.DATABASE}:
                continue
            copy = sources[name] = folder / f"copy-{len(sources)}"
            if rule.fate is Fate.DATABASE:
                databases.copy_sqlite(data / name, copy, progress)
            elif name.startswith("photos/"):
                sources[name] = data / name  # written once and never changed
            else:
                shutil.copyfile(data / name, copy)
        if _tokens(data) == before:
            return about, sources
        for path in folder.iterdir():
            path.unlink()
    raise CannotBackUp("A bridge is being let in just now: take the backup again in a moment.")


def _tokens(data: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in data.glob("*bridge/token.json")}


def _database(database: dict[str, Any], folder: Path, progress: Progress, *, keys: bool) -> archive.About:
    copy = folder / "database"
    if database["ENGINE"].endswith("sqlite3"):
        databases.copy_sqlite(Path(database["NAME"]), copy, progress)
        kind, applied = "sqlite", databases.migrations(copy)
    else:
        kind, applied = "postgresql", databases.dump_postgresql(database, copy)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return archive.About(made_at, _software(), kind, applied, keys)


def _software() -> str:
    try:
        return metadata.version("nirweb")
    except metadata.PackageNotFoundError:  # a clone is not installed
        return "clone"


def _pack(path: Path, about: archive.About, sources: dict[str, Path], progress: Progress) -> None:
    """Pack, and read all of it back: a backup that cannot be read is none."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    writer = archive.Writer(path, progress)
    try:
        for name, source in sources.items():
            writer.add(name, source)
        writer.finish(about)
    except BaseException:
        writer.abandon()
        raise
    with archive.opened(path) as packed:
        packed.verify(progress)
