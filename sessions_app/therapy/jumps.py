"""A wall clock that is set ahead makes no light older (docs/dose.md, D20-D23). Pure.

What happened before the jump was written down by the clock as it was then. Between two looks a steady clock tells how much time
really went by; what the wall clock has on top of that is a jump, and everything before it counts as that much later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

SLACK: Final = timedelta(seconds=10)
"""How far the wall clock may run ahead of the steady one in an hour: it is disciplined at most by 2 s in that time."""
LOOK_ANEW: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=8)
"""A jump counts until everything before it has left every window: the longest, 7 days, and a day."""


@dataclass(frozen=True, slots=True)
class Jump:
    at: datetime
    """The wall clock when it was seen; what carries an earlier time was written down before."""
    by: timedelta


@dataclass(frozen=True, slots=True)
class Mark:
    """Both clocks at one moment, and the jumps that still count, the oldest first."""

    wall: datetime
    steady_ms: int
    clock_id: str
    jumps: tuple[Jump, ...] = ()


def look(mark: Mark | None, now: Mark) -> Mark:
    """The mark after a look at the clocks, which say `now`; the same object where nothing is to be kept."""
    if mark is None:
        return now
    if mark.clock_id != now.clock_id:
        # the steady clock began anew with the machine: how long it was off only the wall clock says
        return replace(now, jumps=_still(mark.jumps, now.wall))
    passed = timedelta(milliseconds=now.steady_ms - mark.steady_ms)
    ahead = now.wall - (mark.wall + passed)
    if abs(ahead) <= SLACK and passed < LOOK_ANEW:
        return mark
    jumps = mark.jumps
    if ahead > SLACK:
        jumps = (*jumps, Jump(now.wall, ahead))
    elif ahead < -SLACK:
        jumps = _taken_back(jumps, -ahead)
    return replace(now, jumps=_still(jumps, now.wall))


def counted_from(at: datetime, jumps: Sequence[Jump]) -> datetime:
    """The latest, by the clock as it is now, that something can have been which was written down as of `at`."""
    return at + sum((jump.by for jump in jumps if jump.at > at), timedelta(0))


def all_of(jumps: Sequence[Jump]) -> timedelta:
    """By how much together."""
    return sum((jump.by for jump in jumps), timedelta(0))


def _taken_back(jumps: tuple[Jump, ...], by: timedelta) -> tuple[Jump, ...]:
    """A clock that is put back takes back the newest jumps first; what it has on top makes light younger, never older."""
    left = list(jumps)
    while left and by > timedelta(0):
        newest = left.pop()
        taken = min(by, newest.by)
        by -= taken
        if newest.by > taken:
            left.append(replace(newest, at=newest.at - taken, by=newest.by - taken))
    return tuple(left)


def _still(jumps: tuple[Jump, ...], wall: datetime) -> tuple[Jump, ...]:
    return tuple(jump for jump in jumps if wall - counted_from(jump.at, jumps) < KEPT)
