"""Brings the database to this version's schema. `up` runs it; on servers of one's own it is run before a new version starts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from nirweb import upgrade
from nirweb.supervisor import database


class Command(BaseCommand):
    help = "Takes a snapshot of the database, then migrates it; refuses a database that a newer version wrote."
    requires_system_checks = []

    def handle(self, *_: Any, **__: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        upgrade.run(self.stdout.write)
        if connection.vendor == "sqlite":
            connection.close()
            database.stamp(settings.DATA_DIR)
