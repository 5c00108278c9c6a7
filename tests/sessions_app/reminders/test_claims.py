"""R6-R9: from what is due to messages for phones, whole or not at all."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.accounts.models import Household, User
from sessions_app.base import new_id
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import claims, due, rules
from sessions_app.reminders.models import Delivery, Due, Subscription
from sessions_app.therapy.models import CheckIn, Session
from tests.push.browser import BrowserKeys
from tests.sessions_app import scene
from tests.sessions_app.reminders.making import AT, BEFORE, DAY, a_course, a_log, a_phone

LATE = AT + timedelta(seconds=1)
HOUR = timedelta(hours=1)


def test_R6_it_writes_a_message_for_each_phone_and_moves_on(alice: User, course: Regimen, keys: BrowserKeys) -> None:
    a_phone(alice, BrowserKeys())
    assert claims.claim(AT - timedelta(seconds=1)) == 0
    assert claims.claim(LATE) == 1
    sent = list(Delivery.objects.all())
    assert len(sent) == 2
    assert {one.occurrence for one in sent} == {rules.occurrence_id(course.pk, DAY)}
    assert {(one.due_at, one.stale_at, one.outcome) for one in sent} == {(AT, datetime(2026, 5, 4, 22, tzinfo=UTC), "")}
    assert Due.objects.get().due_at == AT + timedelta(days=1)
    assert claims.claim(LATE) == 0


def test_R6_nothing_due_costs_one_question_and_no_write(course: Regimen) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        claims.claim(BEFORE)
    assert len(asked) == 1


def test_R6_many_courses_cost_few_questions(alice: User, keys: BrowserKeys) -> None:
    for _ in range(40):
        a_course(alice)
    with CaptureQueriesContext(connection) as asked:
        assert claims.claim(LATE) == 40
    assert Delivery.objects.count() == 40
    assert len(asked) < 20, [one["sql"][:100] for one in asked]


def test_R6_after_a_long_pause_only_what_is_fresh_is_sent(course: Regimen, keys: BrowserKeys) -> None:
    assert claims.claim(AT + timedelta(days=5, hours=1)) == 1
    assert [one.day for one in Delivery.objects.all()] == [date(2026, 5, 9)]
    assert Due.objects.get().due_at == AT + timedelta(days=6)


def test_R5_what_is_stale_is_passed_over(course: Regimen, keys: BrowserKeys) -> None:
    assert claims.claim(AT + 4 * HOUR) == 1
    assert not Delivery.objects.exists()
    assert Due.objects.get().due_at == AT + timedelta(days=1)


def test_R6_a_clock_that_is_put_back_sends_nothing_twice(course: Regimen, keys: BrowserKeys) -> None:
    claims.claim(LATE)
    due.mend(AT - HOUR)  # the due time is ahead again
    assert claims.claim(LATE) == 1
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("entry", "reminded"),
    [
        ({"at": AT - HOUR}, False),
        ({"at": AT - HOUR, "sites": ["chest"]}, True),
        ({"at": AT - timedelta(hours=21)}, True),  # yesterday evening, in Berlin
        ({"at": AT - HOUR, "superseded_by": "x"}, True),
    ],
    ids=["done", "elsewhere", "yesterday", "withdrawn"],
)
def test_R7_who_has_done_it_is_not_reminded(
    alice: User, course: Regimen, keys: BrowserKeys, entry: dict[str, Any], reminded: bool
) -> None:
    changes = {name: new_id() if value == "x" else value for name, value in entry.items() if name != "at"}
    a_log(alice, entry["at"], **changes)
    claims.claim(LATE)
    assert Delivery.objects.exists() is reminded


@pytest.mark.parametrize(
    ("state", "on_s", "confirmed", "reminded"),
    [
        ("running", 0, True, False),
        ("ended", 300, True, False),
        ("ended", 299, True, True),
        ("ended", 4, False, True),
        ("ended", 0, False, False),
        ("ended", 0, True, True),
    ],
)
def test_R7_a_session_counts_unless_it_ended_before_half_of_its_plan(
    alice: User,
    household: Household,
    course: Regimen,
    keys: BrowserKeys,
    state: str,
    on_s: float,
    confirmed: bool,
    reminded: bool,
) -> None:
    panel = scene.a_panel(scene.a_bridge(household))
    Session.objects.create(
        user=alice, panel=panel, regimen_id=course.pk, sites=["face"], distance_cm=30, planned_duration_s=600,
        planned_levels_pct={}, clearance={}, provenance="lab", eyewear_confirmed_at=AT, requested_at=AT - HOUR,
        started_at=AT - HOUR, state=state, on_s=on_s, confirmed=confirmed,
    )  # fmt: skip
    claims.claim(LATE)
    assert Delivery.objects.exists() is reminded


@pytest.mark.parametrize(("sites", "reminded"), [(["face"], False), (["face", "chest"], True), (["chest"], True)])
def test_R8_nobody_is_sent_to_a_place_on_hold(alice: User, keys: BrowserKeys, sites: list[str], reminded: bool) -> None:
    a_course(alice, sites=sites)
    CheckIn.objects.create(id=new_id(), user=alice, sites=["face"], at=AT - HOUR, comfort=2, swelling=2)
    claims.claim(LATE)
    assert Delivery.objects.exists() is reminded


def test_R9_a_snooze_comes_once_and_not_when_it_was_done(alice: User, course: Regimen, keys: BrowserKeys) -> None:
    claims.claim(LATE)
    again = due.snooze(course, DAY, 10, LATE)
    assert claims.claim(again) == 1
    first, second = Delivery.objects.order_by("due_at")
    assert first.occurrence == second.occurrence
    assert (first.snoozed, second.snoozed) == (False, True)
    assert Due.objects.get().kind == Due.Kind.PLANNED
    due.snooze(course, DAY, 60, LATE)
    a_log(alice, LATE + timedelta(minutes=20))
    assert claims.claim(LATE + HOUR) == 1
    assert Delivery.objects.count() == 2


def test_R9_a_snooze_past_midnight_still_knows_its_day(alice: User, keys: BrowserKeys) -> None:
    late = a_course(alice, local_time="23:30")
    at = AT + timedelta(hours=3, minutes=30)
    a_log(alice, AT - 2 * HOUR, sites=["face"])
    due.snooze(late, DAY, 60, at)
    claims.claim(at + HOUR)
    assert not Delivery.objects.filter(snoozed=True).exists()


def test_R17_nobody_else_is_reminded(alice: User, bob: User, charlie: User, course: Regimen, keys: BrowserKeys) -> None:
    for other in (bob, charlie):
        a_phone(other, BrowserKeys())
    claims.claim(LATE)
    assert [one.subscription.user_id for one in Delivery.objects.all()] == [alice.pk]


def test_R17_another_password_ends_it(alice: User, course: Regimen, keys: BrowserKeys) -> None:
    alice.set_password("another lamp in the evening")
    alice.save()
    claims.claim(LATE)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"guest_until": AT - HOUR}], ids=["closed", "guest"])
def test_a_closed_account_is_not_reminded(alice: User, course: Regimen, keys: BrowserKeys, change: dict[str, Any]) -> None:
    User.objects.filter(pk=alice.pk).update(**change)
    claims.claim(LATE)
    assert not Delivery.objects.exists()
    assert Subscription.objects.exists()


def test_R1_a_course_that_was_ended_meanwhile_is_not_reminded_of(course: Regimen, keys: BrowserKeys) -> None:
    Regimen.objects.filter(pk=course.pk).update(ended_on=DAY)
    assert claims.claim(LATE) == 1
    assert not Delivery.objects.exists()
    assert not Due.objects.exists()
