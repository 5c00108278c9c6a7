"""What is let in: JSON that is whole, finite, bounded and means one thing, and schemas that take nothing else.

django-ninja alone drops unknown fields, lets NaN through inside dicts, reads epoch numbers as times, and fails with a 500 for
2^63 or a lone surrogate. Here it is closed once: every JSON body of every route goes through `load_json` and through Pydantic's
strict JSON mode, and every schema derives from `Schema`.
"""

import json
import math
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Self

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.params.models import Body, BodyModel
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.json_schema import WithJsonSchema

from sessions_app.problems import Problem

MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**63 - 1
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def load_json(raw: bytes | str) -> Any:
    """What `raw` says, when it says one thing only.

    Raises `Problem` 400: not JSON, not UTF-8, a key twice, NaN or infinity, an integer beyond 64 bits, nested deeper than
    `MAX_DEPTH`, or a text with NUL or half a surrogate pair, which no database keeps.
    """
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _bad("bad_encoding", "This is not UTF-8 text.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _bad("bad_json", "This is not JSON.") from None
    # In bytes, what no database keeps can only be said by an escape: as it stands, it is neither JSON nor UTF-8.
    _walk(value, texts=isinstance(raw, str) or "\\u" in text)
    return value


def _bad(code: str, detail: str) -> Problem:
    return Problem(400, code, detail, "Update the app and try again.")


def _not_json() -> Problem:
    return Problem(415, "not_json", "Only application/json is understood here.", "Update the app and try again.")


def _too_deep() -> Problem:
    return _bad("too_deep", f"This is nested more than {MAX_DEPTH} levels deep.")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _bad("duplicate_key", "An object names the same key twice.")
    return found


def _no_constant(name: str) -> Any:
    raise _bad("not_finite", f"{name} is not a number that can be kept.")


def _walk(top: Any, *, texts: bool) -> None:
    """Look at every value, without recursion: what is nested may be hostile. `texts`: look at texts too."""
    level, depth = [[top]], 0
    while level:
        if depth > MAX_DEPTH:
            raise _too_deep()
        level = [inside for container in level for inside in _look(container, texts)]
        depth += 1


def _look(container: Any, texts: bool) -> list[Any]:
    """Check what stands in a list or an object; gives back the lists and objects in it."""
    inside = []
    for value in (*container, *container.values()) if isinstance(container, dict) else container:
        kind = type(value)
        if kind is str:
            if texts:
                check_text(value)
        elif kind is dict or kind is list:
            inside.append(value)
        elif kind is int or kind is float:
            _check_number(value)
    return inside


def _check_number(value: float) -> None:
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise _bad("too_large_number", "A whole number is too large to be kept.")
    elif not math.isfinite(value):
        raise _bad("not_finite", "A number is too large to be kept.")


def check_text(text: str) -> None:
    """Raises `Problem` 400 for a text that a database cannot keep."""
    if "\0" in text:
        raise _bad("bad_text", "A text holds the character NUL.")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _bad("bad_text", "A text holds half of a surrogate pair.")


# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _instant(value: Any) -> datetime:
    if isinstance(value, str):
        if not _INSTANT.fullmatch(value):
            raise ValueError("must be a time with a zone, as in 2026-03-01T18:30:00Z")
        value = datetime.fromisoformat(value.upper())
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("must be a time with a zone, as in 2026-03-01T18:30:00Z")
    # compared as they stand: turning the year 9999 into UTC overflows
    if not EARLIEST <= value < LATEST:
        raise ValueError("must be a time between the years 1900 and 2200")
    return value.astimezone(UTC)


def _day(value: Any) -> date:
    if isinstance(value, str):
        if not _DAY.fullmatch(value):
            raise ValueError("must be a day, as in 2026-03-01")
        value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, as in 2026-03-01")
    if not EARLIEST.date() <= value < LATEST.date():
        raise ValueError("must be a day between the years 1900 and 2200")
    return value


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A point in time with its zone, turned to UTC. Never a number: nobody can tell seconds from milliseconds."""
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


# ── Schemas ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _loose_times(schema: Any, guarded: bool = False) -> set[str]:
    """Core schemas of times that no `Instant` or `Day` stands in front of."""
    if isinstance(schema, dict):
        kind = schema.get("type")  # of a model with a field named `type` it is that field
        if kind in ("datetime", "date") and not guarded:
            return {kind}
        guarded = kind == "function-before"
        return {name for part in schema.values() for name in _loose_times(part, guarded)}
    if isinstance(schema, list | tuple):
        return {name for part in schema for name in _loose_times(part)}
    return set()


class Schema(BaseModel):
    """Base of every schema of the API. Unknown fields, NaN and infinity are refused.

    JSON bodies are read in Pydantic's strict JSON mode: a number is not a text, a text is not a number, 1 is not true. Times are
    `Instant` and days are `Day`; a plain `datetime` or `date` is refused when the class is made: Pydantic reads "1" as one.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, from_attributes=True, protected_namespaces=())

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        if loose := sorted(_loose_times(cls.__pydantic_core_schema__)):
            raise TypeError(f"{cls.__qualname__}: use Instant or Day of sessions_app.strict instead of {', '.join(loose)}")


class StrictBody(BodyModel):
    """How django-ninja reads a JSON body here: strictly, and from the bytes, so that JSON's own types are what is checked."""

    @classmethod
    def resolve(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> Self:
        if request.content_type == "multipart/form-data":  # its bytes are gone: a CSRF token was looked for in them
            raise _not_json()
        if not request.body:
            return cls.model_validate_json("{}", strict=True, context={"request": request})
        if request.content_type != "application/json":
            raise _not_json()
        load_json(request.body)
        raw = request.body
        if name := getattr(cls, "__read_from_single_attr__", None):
            raw = b'{"%s":%s}' % (name.encode(), raw)
        return cls.model_validate_json(raw, strict=True, context={"request": request})


Body._model = StrictBody
"""django-ninja has no setting for it. Here, because whoever declares a route imports `Schema` first."""
