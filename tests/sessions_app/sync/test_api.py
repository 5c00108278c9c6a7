"""The route itself (docs/sync.md Y1, Y6): who may call it, and what it makes of bad input."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.progress.models import Rating
from sessions_app.sync.models import Device
from tests.sessions_app.sync.line import Line
from tests.sessions_app.sync.samples import BODIES

pytestmark = pytest.mark.django_db

Browser = Callable[[User | None], Any]


@pytest.fixture
def phone(alice: User) -> Line:
    line = Line(alice)
    line.now = line.now.replace(year=2026, month=3)
    return line


def test_Y1_it_answers_one_round_trip(browser: Browser, alice: User, phone: Line) -> None:
    op = phone.put("rating", new_id(), BODIES["rating"])
    answer = browser(alice).send("POST", "/api/sync", phone.request([op]))
    assert answer.status_code == 200
    heard = answer.json()
    assert heard["ack"] == 1
    assert [row["body"] for row in heard["rows"]] == [BODIES["rating"]]
    assert set(heard) == {"ack", "rejected", "rows", "left", "cursor", "more", "epoch", "now", "resend_from"}
    again = browser(alice).send("POST", "/api/sync", phone.request(cursor=heard["cursor"], epoch=heard["epoch"]))
    assert again.json()["rows"] == []


def test_it_keeps_who_is_signed_out_out(browser: Browser, phone: Line) -> None:
    answer = browser(None).send("POST", "/api/sync", phone.request())
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


def test_it_refuses_what_does_not_come_from_the_app(browser: Browser, alice: User, phone: Line) -> None:
    answer = browser(alice).generic_json("POST", "/api/sync", phone.request())
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_Y24_nobody_reads_anothers_rows(browser: Browser, alice: User, bob: User, charlie: User, phone: Line) -> None:
    op = phone.put("checkin", new_id(), BODIES["checkin"])
    assert browser(alice).send("POST", "/api/sync", phone.request([op])).json()["ack"] == 1
    for stranger in (bob, charlie):
        heard = browser(stranger).send("POST", "/api/sync", phone.request()).json()
        assert (heard["ack"], heard["rows"]) == (0, []), "not even with her phone's id"


BAD_REQUESTS: dict[str, tuple[str, int]] = {
    "not JSON": ("{", 400),
    "a list": ("[]", 422),
    "nothing": ("{}", 422),
    "NaN in a body": ('{"ops": [{"n": 1, "body": {"value": NaN}}]}', 400),
    "half a surrogate pair": ('{"ops": [{"n": 1, "body": {"note": "\\ud800"}}]}', 400),
    "NUL": ('{"ops": [{"n": 1, "body": {"note": "\\u0000"}}]}', 400),
    "a key twice": ('{"limit": 1, "limit": 2}', 400),
    "a hundred thousand deep": ("[" * 100_000, 400),
    "2^63": ('{"limit": 9223372036854775808}', 400),
}


@pytest.mark.parametrize("why", BAD_REQUESTS)
def test_Y6_it_answers_a_bad_request_with_a_problem(browser: Browser, alice: User, why: str) -> None:
    raw, status = BAD_REQUESTS[why]
    answer = browser(alice).send("POST", "/api/sync", raw)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"]


@pytest.mark.parametrize(
    "change",
    [{"device": "1"}, {"device": None}, {"schema": 0}, {"schema": "1"}, {"limit": 0}, {"limit": 1001}, {"limit": True},
     {"epoch": ""}, {"cursor": 7}, {"cursor": "x" * 10_001}, {"ops": None}, {"ops": [1]}, {"ops": {}}, {"more": 1},
     {"ops": [{}]}],
    ids=str,
)  # fmt: skip
def test_Y6_it_refuses_what_does_not_fit_and_does_nothing(
    browser: Browser, alice: User, phone: Line, change: dict[str, Any]
) -> None:
    op = phone.put("rating", new_id(), BODIES["rating"])
    answer = browser(alice).send("POST", "/api/sync", phone.request([op]) | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert not Rating.objects.exists()


def test_Y2_more_than_500_ops_are_refused_with_the_limit(browser: Browser, alice: User, phone: Line) -> None:
    answer = browser(alice).send("POST", "/api/sync", phone.request([phone.void() for _ in range(501)]))
    assert answer.status_code == 422
    assert "500" in answer.json()["errors"][0]["message"]
    assert not Device.objects.exists()


def test_Y14_a_copied_device_is_told_by_its_code(browser: Browser, alice: User, phone: Line) -> None:
    heard = []
    for note in ("", "other"):
        phone.n = 0
        op = phone.put("rating", new_id(), BODIES["rating"] | {"note": note})
        heard.append(browser(alice).send("POST", "/api/sync", json.dumps(phone.request([op]))))
    assert [answer.status_code for answer in heard] == [200, 409]
    assert heard[1].json()["code"] == "device_forked"


def test_M63_records_of_one_person_are_never_taken_for_another(browser: Browser, alice: User, bob: User, phone: Line) -> None:
    """A tab that was left open has Alice's records, while Bob signed in beside it."""
    op = phone.put("rating", new_id(), BODIES["rating"])
    answer = browser(bob).send("POST", "/api/sync", phone.request([op], person=str(alice.pk)))
    assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    assert not Rating.objects.exists()
    assert not Device.objects.exists()
    assert browser(alice).send("POST", "/api/sync", phone.request([op], person=str(alice.pk))).json()["ack"] == 1
