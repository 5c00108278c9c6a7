"""A consistent copy of a database that is being written to."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from nirweb.backup.progress import Tell
from nirweb.backup.trouble import CannotBackUp

PAGES: Final = 2000
BUSY_S: Final = 20
MIGRATIONS: Final = "SELECT app, name FROM django_migrations ORDER BY app, name"


def copy_sqlite(source: Path, target: Path, progress: Tell) -> None:
    """The database as it is at this moment, in one file, also while others write to it [K1].

    The open read transaction holds that moment: without it SQLite would begin anew at each write, and might never end.
    """
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)) as live:
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(target)) as copy:
            target.chmod(0o600)
            live.backup(copy, pages=PAGES, progress=lambda _, left, whole: progress(source.name, whole - left, whole))
            copy.execute("PRAGMA journal_mode=DELETE")
            (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise CannotBackUp(
            f"{source} is damaged ({' '.join(found.split())}): it was not backed up. An earlier backup may be whole."
        )


def migrations(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        return [f"{app} {name}" for app, name in database.execute(MIGRATIONS)]


def refuse_open(path: Path) -> None:
    """Raises CannotBackUp where any process has the database open: what it holds would be written over what is restored."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as database:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise CannotBackUp(f"Another program has {path} open: stop NIRWeb first, every process of it.") from None
    except sqlite3.DatabaseError:  # a damaged one is what restores are for
        return


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotBackUp(
            f"The database is PostgreSQL, and {name} is missing: install its client (postgresql-client), then again."
        )
    return found


def _surroundings(database: dict[str, Any]) -> dict[str, str]:
    """How PostgreSQL's programs are told where to connect: not by arguments, which everybody on the machine can read."""
    given = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    named = {variable: str(database[key]) for variable, key in given.items() if database.get(key)}
    options = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "connect_timeout": "PGCONNECT_TIMEOUT"}
    chosen = {variable: str(database["OPTIONS"][key]) for key, variable in options.items() if key in database.get("OPTIONS", {})}
    return {**os.environ, **named, **chosen}


def _run(database: dict[str, Any], program: str, *arguments: str) -> str:
    done = subprocess.run(
        [_program(program), *arguments], env=_surroundings(database), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise CannotBackUp(f"{program} failed: {said}")
    return done.stdout


def dump_postgresql(database: dict[str, Any], target: Path) -> list[str]:
    """Write pg_dump's own format, which is one consistent state; returns the migrations that were applied."""
    _run(database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--file={target}")
    found = _run(
        database, "psql", "--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "--field-separator= ", "-c", MIGRATIONS
    )
    return [line.strip() for line in found.splitlines() if line.strip()]


def others_on_postgresql(database: dict[str, Any]) -> int:
    """How many connections others hold to it."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return int(_run(database, "psql", "--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "-c", asked).strip())


def load_postgresql(database: dict[str, Any], dump: Path) -> None:
    """Replace the database's contents by the dump's, all of it or, on an error, nothing."""
    _run(
        database, "pg_restore", "--single-transaction", "--clean", "--if-exists", "--no-owner", "--no-privileges",
        "--no-password", f"--dbname={database['NAME']}", str(dump),
    )  # fmt: skip
