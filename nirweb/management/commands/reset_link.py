from io import StringIO
from typing import Any

import segno
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sessions_app.accounts import reset


class Command(BaseCommand):
    help = "Print a link, and the same as a QR code, with which a person sets a new password. Good once, for a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = reset.person_with(email)
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        link = reset.link(user)
        self.stdout.write(f"{link}\n\n")
        drawn = StringIO()
        segno.make(link, error="l").terminal(out=drawn, compact=True)
        self.stdout.write(drawn.getvalue())
        self.stdout.write("\nWhoever opens it can set the password. It is good once, for a day.")
