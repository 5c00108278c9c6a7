"""What an answer of a push service means, and when to try again. Pure (RFC 8030; docs/reminders.md)."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

TAKEN: Final = frozenset({200, 201, 202, 204})
GONE: Final = frozenset({404, 410})
BUSY: Final = frozenset({408, 425, 429})
WAITS_S: Final = (5, 15, 60, 180, 300)
"""Before the second, third, … try; the last for all later ones."""
LONGEST_WAIT: Final = timedelta(hours=1)
"""A push service that asks for longer is asked again anyway: nothing far away is ever planned [R12]."""


class Meaning(StrEnum):
    TAKEN = "taken"
    """The push service has it."""
    GONE = "gone"
    """The phone no longer wants any: forget the subscription [R11]."""
    LATER = "later"
    """Try again: busy, broken, or not reached [R12]."""
    REFUSED = "refused"
    """Trying again changes nothing: told to the person [R13]."""


def meaning(status: int | None) -> Meaning:
    """Of an HTTP status; None where there was no answer. A redirect is a refusal: it is never followed [R15]."""
    if status is None or status in BUSY or status >= 500:
        return Meaning.LATER
    if status in TAKEN:
        return Meaning.TAKEN
    return Meaning.GONE if status in GONE else Meaning.REFUSED


def again_at(now: datetime, tries: int, retry_after: str | None) -> datetime:
    """When to try again after `tries` tries. `retry_after`: the header's words, seconds or an HTTP date."""
    wait = timedelta(seconds=WAITS_S[min(max(tries, 1), len(WAITS_S)) - 1])
    asked = asked_wait(retry_after, now)
    return now + min(max(wait, asked), LONGEST_WAIT)


def asked_wait(retry_after: str | None, now: datetime) -> timedelta:
    """What the header asks for; nothing where it is missing or cannot be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
        return max(timedelta(0), at - now)
    except (ValueError, TypeError, OverflowError):
        return timedelta(0)
