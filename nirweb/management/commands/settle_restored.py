"""Makes a database that was put back from a backup ready to be served. `manage.py restore` runs it."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand

from nirweb import upgrade
from sessions_app import clock
from sessions_app.sync import comeback


class Command(BaseCommand):
    help = "Brings a restored database to this version, voids its orders and begins a new history: phones offer what it lacks."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sign-out", action="store_true")

    def handle(self, *_: Any, sign_out: bool = False, **__: Any) -> None:
        upgrade.refuse_newer()
        if upgrade.plan():
            call_command("migrate", interactive=False, verbosity=0)
        settled = comeback.settle(clock.now())
        if sign_out:
            Session.objects.all().delete()
            self.stdout.write("Everybody signs in anew.")
        if settled.orders:
            self.stdout.write(f"{settled.orders} orders that were on their way are void.")
        if settled.open_runs:
            self.stdout.write(
                f"{settled.open_runs} sessions were running: they count in full until their bridge tells their end."
            )
        self.stdout.write(
            "Phones give back what this backup does not know as soon as each opens the app: let them, before a session."
        )
