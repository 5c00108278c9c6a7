from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nirweb import evidence_table


class Command(BaseCommand):
    help = "Write the README's table of claims and mechanisms from the data files. --check: is it stale?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = evidence_table.file(settings.BASE_DIR)
        kept = path.read_text(encoding="utf-8")
        made = evidence_table.with_table(kept)
        if not check:
            path.write_text(made, encoding="utf-8")
        elif made != kept:
            raise CommandError("the table of the evidence in README.md is stale: run manage.py evidence_table")
