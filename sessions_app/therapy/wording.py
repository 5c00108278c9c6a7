"""The words of every reason, from `reasons.json`, which the phone shares."""

from collections.abc import Callable
from datetime import date, datetime
from math import ceil, floor, isfinite
from typing import Final

from sessions_app.data import Entry, load
from sessions_app.reasons import Reason

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Words(Entry):
    sentence: str
    limit: str
    source: str
    asks: str


class Book(Entry):
    reasons: dict[str, Words]


BOOK = load("therapy/reasons.json", Book).reasons


def say(code: str, *, about: str = "", lifts_at: datetime | None = None, **values: str) -> Reason:
    """The reason of this code, with its blanks filled. KeyError for a code or a blank that nobody knows."""
    words = BOOK[code]
    return Reason(
        code=code,
        sentence=words.sentence.format(**values),
        limit=words.limit.format(**values),
        source=words.source.format(**values),
        asks=words.asks.format(**values),
        lifts_at=lifts_at,
        about=about,
    )


def figure(value: float) -> str:
    """One decimal, halves up, without a trailing zero: the same on phone and server."""
    return _tenths(value, floor, 0.5)


def at_least(value: float) -> str:
    """As `figure`, rounded up: for what is over a limit, so that it does not read as equal to it."""
    return _tenths(value, ceil, -1e-6)


def at_most(value: float) -> str:
    """As `figure`, rounded down: for what is still allowed, so that it really is."""
    return _tenths(value, floor, 0)


def day_in_words(day: date) -> str:
    """ "3 May 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _tenths(value: float, whole: Callable[[float], int], shift: float) -> str:
    if not isfinite(value):
        return "?"
    tenths = whole(value * 10 + shift)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
