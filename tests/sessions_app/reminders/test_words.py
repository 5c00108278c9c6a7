"""R20: what stands on a lock screen, and what a browser without a service worker shows."""

import json
from datetime import date
from uuid import UUID

import pytest

from sessions_app.regimens.evidence import AIMS
from sessions_app.reminders import words
from sessions_app.screening.sites import SITES
from tests.sessions_app.vectors import at

ABOUT = words.Reminder(
    regimen_id=UUID("019dedb5-ae7b-7fff-bfff-ffffffffffff"), day=date(2026, 5, 4), tag="f" * 32,
    planned_at=at("2026-05-04T18:00:00Z"), minutes=10.0, zone="Europe/Berlin",
)  # fmt: skip


def said(hidden: bool = False) -> dict[str, object]:
    found: dict[str, object] = json.loads(words.reminder(ABOUT, "https://light.example.org", hidden=hidden))
    return found


def test_R20_declarative_web_push_reads_it() -> None:
    message = said()
    assert message["web_push"] == 8030
    shown = message["notification"]
    assert isinstance(shown, dict)
    assert shown["title"] == "Time for your light"
    assert shown["body"] == "10 min, planned for 20:00."
    assert shown["tag"] == "f" * 32
    assert shown["navigate"] == "https://light.example.org/reminder/019dedb5-ae7b-7fff-bfff-ffffffffffff/2026-05-04"
    assert [one["action"] for one in shown["actions"]] == ["done", "snooze"]
    assert all(one["navigate"].startswith(shown["navigate"]) for one in shown["actions"])


@pytest.mark.parametrize("hidden", [False, True])
def test_R20_it_says_nothing_of_health(hidden: bool) -> None:
    text = json.dumps(said(hidden)).lower()
    names = [*(aim.name for aim in AIMS.values()), *(aim.short for aim in AIMS.values()), *(site.name for site in SITES.values())]
    assert names
    assert [name for name in names if name.lower() in text] == []


def test_R20_who_wants_no_details_gets_none() -> None:
    shown = said(hidden=True)["notification"]
    assert isinstance(shown, dict)
    assert (shown["title"], shown["body"]) == ("NIRWeb", "Something you planned is due.")
    assert "20:00" not in json.dumps(shown)


def test_it_is_small_enough_for_every_push_service() -> None:
    assert len(words.reminder(ABOUT, "https://" + "x" * 253, hidden=False)) < 3_000
    assert json.loads(words.test("t", "http://localhost:8000"))["notification"]["tag"] == "t"
