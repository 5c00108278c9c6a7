import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sessions_app.panels import phone_wire


def file(base: Path) -> Path:
    return base / "docs" / "phone-line.schema.json"


def text() -> str:
    return json.dumps(phone_wire.schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


class Command(BaseCommand):
    help = "Write docs/phone-line.schema.json, from which the phone app types the messages of its live line."

    def handle(self, *args: Any, **options: Any) -> None:
        file(settings.BASE_DIR).write_text(text(), encoding="utf-8")
