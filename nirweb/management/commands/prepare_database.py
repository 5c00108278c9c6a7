"""Brings the database to this version's schema. `up` runs it; on servers of one's own it is run before a new version starts."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from nirweb.supervisor import database

SNAPSHOTS_KEPT: Final = 5


class Command(BaseCommand):
    help = "Takes a snapshot of the database, then migrates it; refuses a database that a newer version wrote."
    requires_system_checks = []

    def handle(self, *_: Any, **__: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        executor = MigrationExecutor(connection)
        loader = executor.loader
        applied, known = set(loader.applied_migrations or ()), set(loader.disk_migrations or ())
        unknown = sorted(f"{app} {name}" for app, name in applied - known)
        if unknown:
            raise CommandError(
                f"The database was written by a newer NIRWeb ({unknown[-1]}). Use that one, or another folder with --data DIR.",
                returncode=database.NEWER_SCHEMA,
            )
        plan = executor.migration_plan(loader.graph.leaf_nodes())
        if plan and applied:
            self.stdout.write(f"snapshot: {snapshot(plan[0][0].name)}")
        if plan:
            call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            connection.close()
            database.stamp(settings.DATA_DIR)


def snapshot(before: str) -> str:
    """Copy the SQLite database as it is now, also while others write. On PostgreSQL the operator's backup is what there is."""
    if connection.vendor != "sqlite":
        return "none on PostgreSQL: take a backup before a new version"
    folder: Path = settings.DATA_DIR / "snapshots"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-before-{before}.sqlite3"
    source = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(path)) as copy:
        live.backup(copy)
    path.chmod(0o600)
    for old in sorted(folder.glob("*.sqlite3"))[:-SNAPSHOTS_KEPT]:
        old.unlink()
    return str(path)
