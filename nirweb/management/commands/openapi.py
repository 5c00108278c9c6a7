from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nirweb import openapi, problem_list
from nirweb.api import api


class Command(BaseCommand):
    help = "Write docs/openapi.json, from which the phone app's client is made, and docs/problems.md. --check: are they stale?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        for path, text in files(settings.BASE_DIR).items():
            if not check:
                path.write_text(text, encoding="utf-8")
            elif not path.exists() or path.read_text(encoding="utf-8") != text:
                raise CommandError(f"docs/{path.name} is stale: run manage.py openapi")


def files(base: Path) -> dict[Path, str]:
    return {
        openapi.file(base): openapi.text(api.get_openapi_schema()),
        problem_list.file(base): problem_list.page(base),
    }
