"""The messages of the phone's line, and their description for the app."""

import json

import pytest
from django.conf import settings
from pydantic import ValidationError

from nirweb.management.commands import phone_schema
from sessions_app.panels.phone_wire import FROM_PHONE, schema


def test_its_description_is_committed_as_it_is() -> None:
    committed = phone_schema.file(settings.BASE_DIR).read_text(encoding="utf-8")
    assert committed == phone_schema.text(), "run manage.py phone_schema"


def test_its_description_resolves_every_reference() -> None:
    whole = schema()
    references = {part.split('"')[0] for part in json.dumps(whole).split("#/$defs/")[1:]}
    assert references
    assert references <= set(whole["$defs"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"type":"ping","more":1}',
        '{"type":"start"}',
        '{"type":"watch","panel_id":"x","on":true}',
        '{"type":"watch","panel_id":"018f3a3e-1111-7000-8000-000000000001","on":1}',
        '{"type":"still_here"}',
        '{"type":"check","distance_cm":NaN}',
        '{"type":"stop"}',
        "[" * 100_000,
    ],
)
def test_it_takes_nothing_else(text: str) -> None:
    with pytest.raises(ValidationError):
        FROM_PHONE.validate_json(text, strict=True)
