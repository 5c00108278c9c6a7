"""What a reminder says: a standard payload that declarative Web Push reads without a service worker [R20]. Pure.

A lock screen is read by whoever stands by: no aim, no place on the body, nothing of health. Who wants less hides the details too.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sessions_app.localtime import zone_of

Actions = tuple[tuple[str, str, str], ...]
DECLARATIVE: Final = 8030
"""What tells a browser that the notification stands in the message itself (Push API, "declarative push message")."""
TITLE: Final = "Time for your light"
HIDDEN_TITLE: Final = "NIRWeb"
HIDDEN_BODY: Final = "Something you planned is due."
TEST_TITLE: Final = "A test from NIRWeb"
TEST_BODY: Final = "Reminders reach this phone."
ACTIONS: Final[Actions] = (("done", "Done", "?do=done"), ("snooze", "In 10 minutes", "?do=snooze"))
"""Name, words, and what is added to the address; about two are shown, and none on an iPhone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    regimen_id: uuid.UUID
    day: date
    """The local date of the occurrence."""
    tag: str
    """The occurrence: what comes twice takes the place of the first on the phone."""
    planned_at: datetime
    minutes: float
    zone: str
    snoozed: bool = False


def reminder(about: Reminder, origin: str, *, hidden: bool) -> bytes:
    """The message. `origin` without a slash at its end; `hidden`: the person wants no details on this phone's lock screen."""
    sheet = f"{origin}/reminder/{about.regimen_id}/{about.day.isoformat()}"
    title, body = (HIDDEN_TITLE, HIDDEN_BODY) if hidden else (TITLE, _body(about))
    data = {"kind": "reminder", "regimen": str(about.regimen_id), "day": about.day.isoformat(), "sheet": sheet}
    return _message(title, body, about.tag, sheet, data, ACTIONS)


def _body(about: Reminder) -> str:
    minutes = f"{about.minutes:g} min"
    if about.snoozed:
        return f"{minutes}. You put it off until now."
    return f"{minutes}, planned for {about.planned_at.astimezone(zone_of(about.zone)):%H:%M}."


def test(tag: str, origin: str) -> bytes:
    """What the test button sends."""
    sheet = f"{origin}/settings/reminders"
    return _message(TEST_TITLE, TEST_BODY, tag, sheet, {"kind": "test", "sheet": sheet}, ())


def _message(title: str, body: str, tag: str, sheet: str, data: dict[str, str], actions: Actions) -> bytes:
    notification: dict[str, Any] = {
        "title": title, "body": body, "lang": "en", "dir": "ltr", "tag": tag, "navigate": sheet, "silent": False, "data": data,
    }  # fmt: skip
    if actions:
        notification["actions"] = [{"action": name, "title": words, "navigate": sheet + more} for name, words, more in actions]
    return json.dumps({"web_push": DECLARATIVE, "notification": notification}, separators=(",", ":"), ensure_ascii=False).encode()
