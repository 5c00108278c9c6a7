from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nirweb import openapi
from nirweb.api import api


class Command(BaseCommand):
    help = "Write docs/openapi.json, from which the phone app's typed client is made. --check: only tell whether it is stale."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        file = openapi.file(settings.BASE_DIR)
        text = openapi.text(api.get_openapi_schema())
        if not check:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise CommandError("docs/openapi.json is stale: run manage.py openapi")
