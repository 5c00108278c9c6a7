from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sessions_app.panels.enrolment import services
from sessions_app.problems import Problem


class Command(BaseCommand):
    help = "Let the bridge that shows CODE into the demo household, and only there (docs/decisions/demo-household.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        try:
            bridge = services.approve_for_demo(code, timezone.now())
        except Problem as problem:
            raise CommandError(f"{problem.detail} {problem.next}") from None
        self.stdout.write(f"{bridge.name} is in the demo household.")
