"""Bring the database to this version's schema, in such a way that a failure leaves it as it was."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from nirweb import on_disk
from nirweb.supervisor import database

SNAPSHOTS_KEPT: Final = 5
ON_POSTGRESQL: Final = "none on PostgreSQL: take a backup before a new version (manage.py backup)"


def refuse_newer() -> None:
    """Raises CommandError for a database that a newer version wrote [K41]."""
    loader = MigrationExecutor(connection).loader
    unknown = sorted(f"{app} {name}" for app, name in set(loader.applied_migrations or ()) - set(loader.disk_migrations or ()))
    if unknown:
        raise CommandError(
            f"The database was written by a newer NIRWeb ({unknown[-1]}). Use that one, or another folder with --data DIR.",
            returncode=database.NEWER_SCHEMA,
        )


def plan() -> list[str]:
    """The names of the migrations that this database still needs, in order."""
    executor = MigrationExecutor(connection)
    return [migration.name for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def run(say: Callable[[str], None]) -> None:
    """Snapshot and migrate where there is something to migrate [K40].

    Raises CommandError; the database is then as it was [K42].
    """
    refuse_newer()
    names = plan()
    if not names:
        return
    kept = None
    if MigrationExecutor(connection).loader.applied_migrations:
        kept = snapshot(names[0]) if connection.vendor == "sqlite" else None
        say(f"snapshot: {kept or ON_POSTGRESQL}")
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Exception as error:
        if kept is None:
            raise
        put_back(kept)
        raise CommandError(
            f"The upgrade failed, and the database is as it was before it ({type(error).__name__}: {error}). "
            "Go on with the version before this one, and report it."
        ) from error


def snapshot(before: str) -> Path:
    """Copy the SQLite database as it is now, also while others write. Whole or not at all; the newest few are kept.

    Raises CommandError where it cannot be written: without it nothing is migrated.
    """
    folder: Path = settings.DATA_DIR / "snapshots"
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-before-{before}.sqlite3"
    new = path.with_suffix(".new")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as live, closing(sqlite3.connect(new)) as copy:
            new.chmod(0o600)
            live.backup(copy)
        on_disk.sync(new)
        new.replace(path)
        on_disk.sync(folder)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise CommandError(
            f"No snapshot could be taken before the upgrade ({error}), so nothing was changed: make room."
        ) from error
    for old in sorted(folder.glob("*.sqlite3"))[:-SNAPSHOTS_KEPT]:
        old.unlink()
    return path


def put_back(kept: Path) -> None:
    """Make the database what the snapshot is, in one transaction."""
    connection.close()
    with closing(sqlite3.connect(kept)) as copy, closing(sqlite3.connect(connection.settings_dict["NAME"])) as live:
        copy.backup(live)
