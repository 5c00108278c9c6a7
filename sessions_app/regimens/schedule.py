"""When a course's sessions are due: local wall time on days of the week, in the person's zone. Pure.

The same on the phone; tests/vectors/schedule.json has the days on which clocks change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sessions_app.localtime import at_local, day_of

HORIZON = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Days 0-6 with Monday 0; `local_time` "HH:MM", empty for a day without a time (it is due when the day ends)."""

    days: tuple[int, ...]
    local_time: str
    zone: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    day: date
    """The local date; with the course it names the occurrence."""
    due_at: datetime
    """UTC."""


def next_after(plan: Plan, now: datetime) -> Occurrence | None:
    """The first occurrence strictly after `now`; None when the course has no more."""
    today = day_of(now, plan.zone)
    start = max(today - timedelta(days=1), plan.started_on)
    for occurrence in between(plan, start, start + HORIZON + timedelta(days=1)):
        if occurrence.due_at > now:
            return occurrence
    return None


def between(plan: Plan, first: date, last: date) -> Iterator[Occurrence]:
    """Every occurrence on the local dates from `first` to `last`, both included."""
    day = max(first, plan.started_on)
    until = last if plan.ended_on is None else min(last, plan.ended_on)
    while day <= until:
        if day.weekday() in plan.days:
            yield Occurrence(day=day, due_at=_due(plan, day))
        day += timedelta(days=1)


def _due(plan: Plan, day: date) -> datetime:
    if not plan.local_time:
        return at_local(day + timedelta(days=1), time(), plan.zone)
    hour, minute = plan.local_time.split(":")
    return at_local(day, time(int(hour), int(minute)), plan.zone)
