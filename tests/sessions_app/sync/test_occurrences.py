"""Y39: "done" of one occurrence, said twice."""

import uuid
from datetime import date
from typing import Any

import pytest

from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.reminders.rules import occurrence_id
from sessions_app.therapy.models import SessionLog
from tests.sessions_app.sync.line import Line
from tests.sessions_app.sync.samples import BODIES

pytestmark = pytest.mark.django_db


def test_Y39_two_phones_that_say_done_of_one_occurrence_make_one_entry(alice: User) -> None:
    course = new_id()
    occurrence = occurrence_id(course, date(2026, 3, 1))
    first = BODIES["session_log"] | {"regimen_id": str(course), "how": "by_hand"}
    one, other = Line(alice), Line(alice)
    one.ask([one.put("session_log", occurrence, first)])
    reply = other.ask([other.put("session_log", occurrence, first | {"started_at": "2026-03-01T19:20:00Z"})])
    assert reply["rejected"] == []
    assert SessionLog.objects.count() == 1
    assert [row["body"]["started_at"] for row in reply["rows"]] == [first["started_at"]]


def test_Y39_what_was_withdrawn_is_not_said_again_under_its_id(alice: User) -> None:
    course = new_id()
    occurrence = occurrence_id(course, date(2026, 3, 1))
    body = BODIES["session_log"] | {"regimen_id": str(course)}
    line = Line(alice)
    withdrawal = {
        "entity": "session_log",
        "supersedes": str(occurrence),
        "replaced_by": None,
        "reason": "",
        "at": "2026-03-02T07:00:00Z",
    }
    line.ask([line.put("session_log", occurrence, body), line.put("correction", new_id(), withdrawal)])
    reply = line.ask([line.put("session_log", occurrence, body | {"duration_s": 60})])
    assert [one["code"] for one in reply["rejected"]] == ["id_taken"]


@pytest.mark.parametrize("changes", [{"regimen_id": None}, {"regimen_id": str(uuid.uuid4())}], ids=["none", "another"])
def test_Y39_an_id_says_nothing_of_another_course(alice: User, changes: dict[str, Any]) -> None:
    course = new_id()
    occurrence = occurrence_id(course, date(2026, 3, 1))
    line = Line(alice)
    line.ask([line.put("session_log", occurrence, BODIES["session_log"] | {"regimen_id": str(course)})])
    reply = line.ask([line.put("session_log", occurrence, BODIES["session_log"] | changes)])
    assert [one["code"] for one in reply["rejected"]] == ["id_taken"]
