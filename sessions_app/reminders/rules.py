"""Which occurrence a reminder is for, how long it is worth something, and when there is none. Pure (docs/reminders.md)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sessions_app.localtime import day_of, end_of_day
from sessions_app.regimens.schedule import Occurrence, Plan, between, next_after

SHORTEST_LIFE: Final = timedelta(hours=2)
"""A reminder late in the evening is worth something for this long, midnight or not [R5]."""
SLOT: Final = 0
"""A course has one time a day; the ordinal, not the time, so that moving it leaves the occurrence what it is [R2]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A session or an entry in the log, as far as it answers a reminder."""

    regimen_id: uuid.UUID | None
    sites: frozenset[str]
    at: datetime


def occurrence_id(regimen_id: uuid.UUID, day: date, slot: int = SLOT) -> uuid.UUID:
    """The same on the phone (tests/vectors/reminders.json), so that a push and a "done" logged offline meet [R2]."""
    return uuid.uuid5(regimen_id, f"{day.isoformat()}/{slot}")


def stale_at(due_at: datetime, zone: str) -> datetime:
    """From when a reminder is no longer sent, shown or kept for a phone that is off: its local day is over [R5]."""
    return max(end_of_day(day_of(due_at, zone), zone), due_at + SHORTEST_LIFE)


def reminds(plan: Plan, now: datetime) -> bool:
    """A course has reminders while it has a time of day, and until it is ended [R1]."""
    ended = plan.ended_on is not None and plan.ended_on <= day_of(now, plan.zone)
    return bool(plan.days) and bool(plan.local_time) and not ended


def next_due(plan: Plan, now: datetime, pending: datetime | None) -> Occurrence | None:
    """The occurrence to wait for. `pending`: what was waited for so far; what is due and not yet claimed is not lost [R4]."""
    if not reminds(plan, now):
        return None
    since = now if pending is None else min(now, pending - timedelta(microseconds=1))
    return next_after(plan, since)


def to_remind_of(plan: Plan, pending: datetime, now: datetime) -> Occurrence | None:
    """After a claim: the latest occurrence since `pending` that is due and not stale; of several missed ones only it [R6]."""
    if not reminds(plan, now):
        return None
    today = day_of(now, plan.zone)
    found = None
    for one in between(plan, today - timedelta(days=1), today):
        if pending <= one.due_at <= now < stale_at(one.due_at, plan.zone):
            found = one
    return found


def stands(plan: Plan, day: date, due_at: datetime) -> bool:
    """Whether the plan still has this occurrence at this time."""
    return any(one.due_at == due_at for one in between(plan, day, day))


def is_done(regimen_id: uuid.UUID, sites: Iterable[str], since: datetime, entries: Iterable[Entry]) -> bool:
    """Whether something since `since` counts for the course: it says so, or it says nothing and lit one of its places [R7].

    As the phone's day shows it (`features/today/day.ts`).
    """
    places = frozenset(sites)
    return any(one.at >= since and _counts(one, regimen_id, places) for one in entries)


def _counts(entry: Entry, regimen_id: uuid.UUID, sites: frozenset[str]) -> bool:
    if entry.regimen_id is None:
        return bool(entry.sites & sites)
    return entry.regimen_id == regimen_id
