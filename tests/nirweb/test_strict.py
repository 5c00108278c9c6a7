"""What django-ninja and Pydantic alone let through is refused (PROMISES, bad input)."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from sessions_app.problems import Problem
from sessions_app.strict import MAX_DEPTH, Day, Instant, Schema, load_json


class Everything(Schema):
    at: Instant
    day: Day | None = None
    id: UUID | None = None
    number: int = 0
    part: float = 0
    yes: bool = False
    levels: dict[int, int] = {}
    anything: dict[str, Any] = {}


def take(**fields: Any) -> Everything:
    return Everything.model_validate_json(json.dumps({"at": "2026-03-01T18:30:00Z", **fields}), strict=True)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"{'a': 1}", "bad_json"),
        (b'{"a": 1,}', "bad_json"),
        (b'{"a": "\x00"}', "bad_json"),
        (b'{"a": 1} 2', "bad_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "bad_json"),
        (b'{"a": "\xff"}', "bad_encoding"),
        ('{"a": "ü"}'.encode("utf-16"), "bad_encoding"),
        (b'{"a": NaN}', "not_finite"),
        (b'{"a": {"b": [-Infinity]}}', "not_finite"),
        (b'{"a": 1e999}', "not_finite"),
        (b'{"a": 9223372036854775808}', "too_large_number"),
        (b'{"a": [-9223372036854775809]}', "too_large_number"),
        (b'{"a": ' + b"9" * 400 + b"}", "too_large_number"),
        (b'{"a": "\\u0000"}', "bad_text"),
        (b'{"a\\u0000": 1}', "bad_text"),
        (b'{"a": "\\ud800"}', "bad_text"),
        (b'{"\\udfff": 1}', "bad_text"),
        (b'{"a": 1, "a": 1}', "duplicate_key"),
        (b'[{"a": {"b": 1, "c": 2, "b": 3}}]', "duplicate_key"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deep"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "too_deep"),
    ],
    ids=str,
)
def test_it_refuses_json_that_means_nothing_or_two_things(raw: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        load_json(raw)
    assert (caught.value.status, caught.value.code) == (400, code)


def test_it_looks_at_texts_that_came_as_text() -> None:
    with pytest.raises(Problem, match="bad_text"):
        load_json('{"a": "\ud800"}')


@pytest.mark.parametrize(
    "value",
    [{}, [], "", 0, None, True, 2**63 - 1, -(2**63 - 1), 1.5e300, "👩‍🔬 ü", {"a": [{"b": "c"}]}, [[[[]]]]],
    ids=str,
)
def test_it_takes_json_that_means_one_thing(value: object) -> None:
    assert load_json(json.dumps(value)) == value
    assert load_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "fields",
    [
        {"other": 1},
        {"at": 1_700_000_000},
        {"at": "1700000000"},
        {"at": "2026-03-01T18:30:00"},
        {"at": "2026-03-01"},
        {"at": "2026-03-01 18:30:00Z"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "2026-02-30T00:00:00Z"},
        {"at": "2026-03-01T25:00:00Z"},
        {"day": "1700000000"},
        {"day": 20},
        {"day": "2026-3-1"},
        {"day": "2026-02-30"},
        {"day": "2026-03-01T00:00:00Z"},
        {"day": "9999-01-01"},
        {"id": "not an id"},
        {"id": 5},
        {"number": "1"},
        {"number": 1.0},
        {"number": True},
        {"part": "1.5"},
        {"part": True},
        {"yes": 1},
        {"yes": "true"},
        {"levels": {"red": 1}},
        {"levels": {"660": "1"}},
        {"levels": []},
    ],
    ids=str,
)
def test_it_takes_a_field_for_what_it_is_only(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        take(**fields)


def test_it_reads_what_fits() -> None:
    found = take(
        at="2026-03-01T19:30:00.25+01:00", day="2026-03-01", id="01a20369-5ab8-75e1-95d2-a27d29807c4a", levels={"660": 40}, part=1
    )
    assert found.at == datetime(2026, 3, 1, 18, 30, 0, 250_000, tzinfo=UTC)
    assert found.at.tzinfo is UTC
    assert found.day == date(2026, 3, 1)
    assert found.levels == {660: 40}


def test_it_refuses_nan_also_where_json_cannot_say_it() -> None:
    with pytest.raises(ValidationError):
        Everything(at=datetime.now(UTC), part=float("nan"))


@pytest.mark.parametrize("kind", [datetime, date, datetime | None, list[datetime], dict[str, date]], ids=str)
def test_it_refuses_a_schema_with_a_loose_time(kind: Any) -> None:
    with pytest.raises(TypeError, match="use Instant or Day"):
        type("Loose", (Schema,), {"__annotations__": {"at": kind}, "__module__": __name__})


def test_it_refuses_a_loose_time_in_a_schema_inside() -> None:
    class Inside(BaseModel):
        at: datetime

    with pytest.raises(TypeError, match="use Instant or Day"):
        type("Outside", (Schema,), {"__annotations__": {"inside": Inside}, "__module__": __name__})
