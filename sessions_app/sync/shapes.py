"""Between the JSON that travels, checked bodies and stored rows."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from pydantic import ValidationError

from sessions_app.strict import Schema
from sessions_app.sync import refusals


def read_body(kind: type[Schema], body: Mapping[str, Any], now: datetime) -> Schema:
    """The body, checked. Raises `RefusedError`."""
    try:
        return kind.model_validate_json(json.dumps(body), strict=True, context={"now": now})
    except ValidationError as error:
        raise refusals.invalid(error) from None


def columns(body: Schema) -> dict[str, Any]:
    """Values for the model's fields: times and ids as they are, what goes into JSON columns as JSON."""
    return {name: _column(getattr(body, name), dumped) for name, dumped in body.model_dump(mode="json").items()}


def _column(value: Any, dumped: Any) -> Any:
    return value if isinstance(value, datetime | date | UUID) else dumped


def plain(one: Model | Schema, kind: type[Schema]) -> dict[str, Any]:
    """A stored row, or a checked body, as the JSON that travels."""
    return {name: json_value(getattr(one, name)) for name in kind.model_fields}


def json_value(value: Any) -> Any:
    match value:
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Schema():
            return value.model_dump(mode="json")
        case dict():
            return {str(key): json_value(one) for key, one in value.items()}
        case list():
            return [json_value(one) for one in value]
        case _:
            return value


def _instant(value: datetime) -> str:
    """As a browser writes it: to the millisecond where that is all there is."""
    exact = "milliseconds" if value.microsecond and value.microsecond % 1000 == 0 else "auto"
    return value.astimezone(UTC).isoformat(timespec=exact).replace("+00:00", "Z")
