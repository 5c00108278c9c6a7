"""Local wall time over the days on which clocks change."""

from datetime import date
from typing import Any

import pytest

from sessions_app.regimens.schedule import Plan, between, next_after
from tests.sessions_app.vectors import at, day, names, vectors

VECTORS = vectors("schedule")


def plan(given: dict[str, Any]) -> Plan:
    dates = {"started_on": date.fromisoformat(given["started_on"]), "ended_on": day(given["ended_on"])}
    return Plan(**(given | dates | {"days": tuple(given["days"])}))


@pytest.mark.parametrize("case", VECTORS["next"], ids=names(VECTORS["next"]))
def test_it_finds_the_next_occurrence(case: dict[str, Any]) -> None:
    found = next_after(plan(case["plan"]), at(case["now"]))
    told = None if found is None else {"day": found.day.isoformat(), "due_at": found.due_at}
    expected = None if case["next"] is None else case["next"] | {"due_at": at(case["next"]["due_at"])}
    assert told == expected


@pytest.mark.parametrize("case", VECTORS["between"], ids=names(VECTORS["between"]))
def test_it_lists_the_occurrences_of_a_stretch(case: dict[str, Any]) -> None:
    found = between(plan(case["plan"]), date.fromisoformat(case["first"]), date.fromisoformat(case["last"]))
    assert [one.day.isoformat() for one in found] == case["days"]
