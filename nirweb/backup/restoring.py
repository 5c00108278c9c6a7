"""Restore a backup: all is checked and made ready beside the data first, then put in place at one stroke."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from nirweb import keys
from nirweb.backup import archive, contents, databases, swap
from nirweb.backup.progress import Progress
from nirweb.backup.trouble import CannotBackUp, told
from nirweb.supervisor.folders import PROJECT, Folders

SPARE_BYTES: Final = 50_000_000
"""Room for making the restored database ready."""
SAID_BY_DJANGO: Final = "CommandError: "


class Restore:
    """One restore into `data`; `database` as Django's DATABASES["default"]."""

    def __init__(self, data: Path, database: dict[str, Any], say: Callable[[str], None]) -> None:
        self.data = data
        self.database = database
        self.say = say
        self.progress = Progress(say)
        self.at = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"

    def run(self, file: Path, *, sign_out: bool) -> list[str]:
        """Returns what to tell. Raises CannotBackUp, with nothing changed."""
        with archive.opened(file) as backup:
            self._fits(backup)
            with self._held():
                if swap.interrupted(self.data):
                    swap.back(self.data)
                swap.sweep(self.data)
                with self._staged() as staged, told(self.data):
                    self._room(backup)
                    backup.extract(staged, self.progress)
                    _renew_tickets(staged / "secret.json")
                    return self._put_in_place(backup, staged, sign_out=sign_out)

    def undo(self) -> list[str]:
        """Put back what the last restore, or undo, put aside; after an interrupted one, end it."""
        with self._held(), told(self.data):
            if swap.interrupted(self.data):
                swap.back(self.data)
                return ["The restore that was interrupted is undone: everything is as it was before it."]
            swap.sweep(self.data)
            former = swap.newest_aside(self.data)
            if former is None:
                raise CannotBackUp(f"There is nothing aside in {self.data}: nothing was restored there.")
            told_of = self._settle(former, sign_out=False)
            aside = self._new_aside()
            staged = former.rename(former.with_name(f"{former.name}{swap.UNDOING}"))
            swap.swap(self.data, staged, aside)
            return [
                *told_of,
                "What the last restore replaced is in its place again.",
                f"What it had restored is kept in {aside}.",
            ]

    def _put_in_place(self, backup: archive.Archive, staged: Path, *, sign_out: bool) -> list[str]:
        if backup.about.database == "postgresql":
            return self._load(staged, sign_out=sign_out)
        told_of = self._settle(staged, sign_out=sign_out)
        aside = self._new_aside()
        swap.swap(self.data, staged, aside)
        swap.forget_older(self.data)
        return [
            f"Restored the backup of {backup.about.made_at}.",
            *told_of,
            f"What was there before is kept in {aside}; to have it back:  python3 manage.py restore --undo",
        ]

    def _fits(self, backup: archive.Archive) -> None:
        kind = "sqlite" if self.database["ENGINE"].endswith("sqlite3") else "postgresql"
        if backup.about.database != kind:
            raise CannotBackUp(f"{backup.path} is of a {backup.about.database} database; this server keeps its own in {kind}.")
        if kind == "sqlite" and Path(self.database["NAME"]) != self.data / contents.DATABASE:
            raise CannotBackUp(
                f"A restore puts the database into {self.data}: unset NIRWEB_DATABASE_URL, restore, then move the file."
            )
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nothing else runs on this data, and nothing begins to [K20]."""
        folders = Folders(self.data)
        with ExitStack() as stack:
            folders.claim("a restore")
            stack.callback(folders.let_go)
            if self.database["ENGINE"].endswith("sqlite3"):
                databases.refuse_open(self.data / contents.DATABASE)
            elif others := databases.others_on_postgresql(self.database):
                raise CannotBackUp(f"The database is in use ({others} connections): stop NIRWeb first, every process of it.")
            for lock in self.data.glob("*bridge/lock"):
                _hold(stack.enter_context(lock.open("a")))
            yield

    @contextmanager
    def _staged(self) -> Iterator[Path]:
        """A folder on the data's own disk, taken away at the end whatever happens."""
        staged = self.data / swap.ASIDE / f"{self.at}{swap.READY}"
        with told(self.data):
            staged.mkdir(mode=0o700, parents=True)
        try:
            yield staged
        finally:
            if not swap.interrupted(self.data):
                shutil.rmtree(staged, ignore_errors=True)

    def _new_aside(self) -> Path:
        return self.data / swap.ASIDE / self.at

    def _room(self, backup: archive.Archive) -> None:
        if shutil.disk_usage(self.data).free < backup.size + SPARE_BYTES:
            needed = (backup.size + SPARE_BYTES) / 1e6
            raise CannotBackUp(
                f"The disk of {self.data} has no room for the {needed:.0f} MB that this needs: nothing was changed."
            )

    def _settle(self, folder: Path, *, sign_out: bool) -> list[str]:
        """Bring the database in `folder` to this version and begin a new history of it; nothing that is in use is touched."""
        options = ["--sign-out"] if sign_out else []
        changed = {} if self.database["ENGINE"].endswith("postgresql") else {"NIRWEB_DATA": str(folder)}
        done = subprocess.run(
            [sys.executable, "-m", "django", "settle_restored", *options],
            cwd=PROJECT, capture_output=True, text=True, check=False,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "nirweb.settings", **changed}, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise CannotBackUp(f"The backup cannot be used: {last.removeprefix(SAID_BY_DJANGO)} Nothing was restored.")
        return done.stdout.splitlines()

    def _load(self, staged: Path, *, sign_out: bool) -> list[str]:
        """PostgreSQL: the database as it is goes to a file, then the backup's replaces it in one transaction."""
        aside = self._new_aside()
        aside.mkdir(mode=0o700)
        databases.dump_postgresql(self.database, aside / contents.DUMP)
        dump = staged / contents.DUMP
        databases.load_postgresql(self.database, dump)
        dump.unlink()
        told_of = self._settle(staged, sign_out=sign_out)
        before = aside / contents.DUMP
        kept = before.rename(aside.with_name(f"{aside.name}.dump"))
        aside.rmdir()
        swap.swap(self.data, staged, aside)
        return [*told_of, f"The database from before is in {kept}, as pg_dump wrote it; the other files in {aside}."]


def _hold(lock: IO[str]) -> None:
    """Of a bridge that somebody started by hand."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotBackUp(f"A bridge runs in {Path(lock.name).parent}: stop it first.") from None


def _renew_tickets(path: Path) -> None:
    if not path.exists():
        return
    try:
        keys.renew_tickets(path)
    except keys.BadKeys:
        raise CannotBackUp("The keys in this backup are damaged: nothing was restored. Use an earlier one.") from None
