"""A course that begins with less and rises week by week, held back by what is noted afterwards (docs/dose.md, D40-D44). Pure.

The phone has the same rules (`nirweb/pwa/src/domain/build-up.ts`, `tests/vectors/build_up.json`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor
from typing import Final, Literal

Sign = Literal["stay", "back"]
Held = Literal["", "stay", "back", "rest"]

WEEK: Final = timedelta(days=7)
CLEARLY: Final = 2
"""Of 0-3: from here warmth and redness keep the next week from rising (policy)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildUp:
    from_pct: int
    """Of the course's minutes in the first week, 1-100."""
    weeks: int
    """How many rises until the whole, at least 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A check-in on one of the course's places, as far as it matters here."""

    day: date
    sign: Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    rises: int
    of: int
    share_pct: int
    """Of the course's minutes, now."""
    held: Held
    """Why the last week brought no rise: something noted, a sign that holds a place (it took one back), or no session."""


def sign_of(*, warmth: int, redness: int, holds: bool) -> Sign | None:
    """What a check-in says of the build-up. `holds`: it holds a place, or all (`holds.holds_of`)."""
    if holds:
        return "back"
    return "stay" if max(warmth, redness) >= CLEARLY else None


def step_of(plan: BuildUp, started_on: date, today: date, done: Iterable[date], noted: Iterable[Noted]) -> Step:
    """Where a course stands on a local date. `done`: local dates with light of this course."""
    lit, signs = set(done), list(noted)
    rises = 0
    held: Held = ""
    first = started_on
    while first <= today:
        after = first + WEEK
        said = {one.sign for one in signs if first <= one.day < after and one.day <= today}
        whole = after <= today
        if "back" in said:
            rises, held = max(0, rises - 1), "back"
        elif whole:
            rises, held = _after_week(rises, plan, said, any(first <= day < after for day in lit))
        first = after
    return Step(rises=rises, of=plan.weeks, share_pct=_share(plan, rises), held=held)


def minutes_of(minutes: float, share_pct: int) -> float:
    """The minutes of today's session, in whole tenths, never more than the share."""
    return max(0.1, floor(minutes * share_pct / 10 + 1e-9) / 10)


def _after_week(rises: int, plan: BuildUp, said: set[Sign], lit: bool) -> tuple[int, Held]:
    if "stay" in said:
        return rises, "stay"
    if not lit:
        return rises, "rest"
    return min(plan.weeks, rises + 1), ""


def _share(plan: BuildUp, rises: int) -> int:
    return floor(plan.from_pct + (100 - plan.from_pct) * rises / plan.weeks + 1e-9)
