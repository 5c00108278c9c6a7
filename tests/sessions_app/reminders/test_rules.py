"""When there is a reminder, for how long, and when there is none."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from sessions_app.regimens.schedule import Plan
from sessions_app.reminders import rules
from sessions_app.reminders.rules import Entry
from sessions_app.therapy.rules import stopped_early
from tests.sessions_app.vectors import at, vectors

PLAN = Plan(days=(0, 2), local_time="20:00", zone="Europe/Berlin", started_on=date(2026, 1, 1), ended_on=None)
MONDAY = at("2026-05-04T18:00:00Z")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("case", vectors("reminders")["occurrences"], ids=lambda case: f"{case['day']}/{case['slot']}")
def test_R2_an_occurrence_has_the_same_id_on_phone_and_server(case: dict[str, Any]) -> None:
    found = rules.occurrence_id(UUID(case["regimen_id"]), date.fromisoformat(case["day"]), case["slot"])
    assert str(found) == case["occurrence_id"]
    assert found.version == 5


def test_R1_a_course_without_time_days_or_future_has_no_reminders() -> None:
    assert rules.reminds(PLAN, MONDAY)
    assert not rules.reminds(replace(PLAN, local_time=""), MONDAY)
    assert not rules.reminds(replace(PLAN, days=()), MONDAY)
    assert not rules.reminds(replace(PLAN, ended_on=date(2026, 5, 4)), MONDAY)
    assert rules.reminds(replace(PLAN, ended_on=date(2026, 5, 5)), MONDAY)


@pytest.mark.parametrize(
    ("due", "zone", "stale"),
    [
        ("2026-05-04T18:00:00Z", "Europe/Berlin", "2026-05-04T22:00:00Z"),  # the day's end
        ("2026-05-04T21:30:00Z", "Europe/Berlin", "2026-05-04T23:30:00Z"),  # late in the evening: two hours
        ("2026-03-29T00:30:00Z", "Europe/Berlin", "2026-03-29T22:00:00Z"),  # a day of 23 hours
        ("2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T23:00:00Z"),  # a day of 25
    ],
)
def test_R5_it_is_worth_something_until_its_day_is_over(due: str, zone: str, stale: str) -> None:
    assert rules.stale_at(at(due), zone) == at(stale)


@pytest.mark.parametrize("case", vectors("reminders")["clock_changes"], ids=lambda case: case["name"])
def test_R2_R6_around_a_change_of_clocks_each_day_is_reminded_of_once(case: dict[str, Any]) -> None:
    """As the claim loop does, with a look every ten minutes, for these days."""
    given, days = case["plan"], case["days"]
    plan = Plan(**(given | {"days": tuple(given["days"]), "started_on": date.fromisoformat(given["started_on"])}))
    now, end = at(days[0]["due_at"]) - HOUR, at(days[-1]["due_at"]) + HOUR
    pending, told = rules.next_due(plan, now, None), []
    while now < end:
        if pending is not None and pending.due_at <= now:
            claimed = rules.to_remind_of(plan, pending.due_at, now)
            told.append(claimed)
            pending = rules.next_due(plan, now, None)
        now += timedelta(minutes=10)
    assert [(one.day.isoformat(), one.due_at) for one in told if one] == [(one["day"], at(one["due_at"])) for one in days]
    ids = [str(rules.occurrence_id(UUID(case["regimen_id"]), one.day)) for one in told if one]
    assert ids == [one["occurrence_id"] for one in days]


def test_R4_what_is_due_and_not_yet_claimed_outlives_a_change() -> None:
    late = MONDAY + 2 * HOUR
    assert rules.next_due(PLAN, late, None).due_at == MONDAY + timedelta(days=2)  # type: ignore[union-attr]
    assert rules.next_due(PLAN, late, MONDAY).due_at == MONDAY  # type: ignore[union-attr]
    moved = replace(PLAN, local_time="21:00")
    assert rules.next_due(moved, MONDAY + HOUR / 2, MONDAY).due_at == MONDAY + HOUR  # type: ignore[union-attr]
    # a line that lies too far ahead, because a clock was wrong, is put right
    assert rules.next_due(PLAN, MONDAY - HOUR, MONDAY + timedelta(days=365)).due_at == MONDAY  # type: ignore[union-attr]


def test_R6_of_many_missed_ones_only_the_latest_fresh_one_is_sent() -> None:
    daily = replace(PLAN, days=tuple(range(7)))
    week_later = MONDAY + timedelta(days=7, hours=1)
    found = rules.to_remind_of(daily, MONDAY, week_later)
    assert found is not None
    assert (found.day, found.due_at) == (date(2026, 5, 11), MONDAY + timedelta(days=7))
    assert rules.to_remind_of(daily, MONDAY, MONDAY + timedelta(hours=4)) is None  # midnight: stale
    assert rules.to_remind_of(daily, MONDAY, MONDAY - timedelta(seconds=1)) is None
    assert rules.to_remind_of(daily, MONDAY + HOUR, MONDAY + HOUR) is None  # that one was claimed before


def test_R6_a_reminder_after_midnight_belongs_to_the_day_before() -> None:
    late = replace(PLAN, days=(0,), local_time="23:30")
    due = at("2026-05-04T21:30:00Z")
    found = rules.to_remind_of(late, due, due + timedelta(minutes=45))
    assert found is not None
    assert found.day == date(2026, 5, 4)


def test_R7_what_was_done_for_the_course_or_its_places_counts() -> None:
    course, other = uuid4(), uuid4()
    since = datetime(2026, 5, 4, tzinfo=UTC)

    def done(regimen_id: UUID | None, sites: set[str], hours: float) -> bool:
        entry = Entry(regimen_id=regimen_id, sites=frozenset(sites), at=since + hours * HOUR)
        return rules.is_done(course, ["face", "neck"], since, [entry])

    assert done(course, {"chest"}, 1)
    assert done(None, {"neck"}, 1)
    assert not done(None, {"chest"}, 1)
    assert not done(other, {"face"}, 1)
    assert not done(course, {"face"}, -0.1)
    assert not rules.is_done(course, ["face"], since, [])


@pytest.mark.parametrize("given", vectors("reminders")["stopped_early"], ids=str)
def test_R7_half_of_the_planned_time_is_the_least_that_counts(given: dict[str, Any]) -> None:
    assert stopped_early(given["on_s"], given["planned_s"]) is given["early"]


def test_it_sees_that_a_course_was_moved() -> None:
    assert rules.stands(PLAN, date(2026, 5, 4), MONDAY)
    assert not rules.stands(replace(PLAN, local_time="20:30"), date(2026, 5, 4), MONDAY)
    assert not rules.stands(replace(PLAN, days=(1,)), date(2026, 5, 4), MONDAY)
