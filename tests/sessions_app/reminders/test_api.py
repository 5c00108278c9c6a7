"""What the phone asks of the server about reminders."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from sessions_app.accounts.models import User
from sessions_app.localtime import day_of
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import deliveries, vapid
from sessions_app.reminders.models import Delivery, Due, Subscription
from tests.conftest import Browser
from tests.push.browser import BrowserKeys
from tests.push.service import PushService
from tests.sessions_app.reminders.making import a_course, a_phone

PHONES = "/api/reminders/subscriptions"


@pytest.fixture
def phone(browser: Callable[[User], Browser], alice: User) -> Browser:
    return browser(alice)


def test_it_tells_the_key(phone: Browser, settings: Any) -> None:
    assert phone.send("get", "/api/reminders/key").json() == {"key": vapid.public_key(), "apple": True}
    settings.PUSH_SUBJECT = None
    assert phone.send("get", "/api/reminders/key").json()["apple"] is False


def test_R16_telling_it_again_changes_the_one_row(phone: Browser) -> None:
    keys = BrowserKeys()
    first = phone.send("post", PHONES, keys.subscription())
    assert first.status_code == 201
    again = phone.send("post", PHONES, keys.subscription() | {"hide_details": True})
    assert again.json() == first.json() | {"hide_details": True}
    (told,) = phone.send("get", PHONES).json()
    assert (told["here"], told["name"], told["trouble"]) == (True, "Test browser", "")
    assert phone.send("delete", f"{PHONES}/{told['id']}").status_code == 204
    assert phone.send("get", PHONES).json() == []


def test_R16_a_new_address_takes_the_place_of_the_old(phone: Browser) -> None:
    old, new = BrowserKeys(), BrowserKeys()
    phone.send("post", PHONES, old.subscription() | {"hide_details": True})
    renewed = {name: value for name, value in new.subscription().items() if name != "name"}
    phone.send("post", PHONES, renewed | {"replaces": old.endpoint})
    (left,) = Subscription.objects.all()
    assert (left.endpoint, left.name, left.hide_details) == (new.endpoint, "Test browser", True)


def test_R16_a_browser_belongs_to_who_is_signed_in_there(
    phone: Browser, browser: Callable[[User], Browser], charlie: User
) -> None:
    keys, other = BrowserKeys(), BrowserKeys()
    phone.send("post", PHONES, keys.subscription())
    phone.send("post", PHONES, other.subscription())
    browser(charlie).send("post", PHONES, keys.subscription() | {"replaces": other.endpoint})
    assert {(one.user_id == charlie.pk, one.endpoint) for one in Subscription.objects.all()} == {
        (True, keys.endpoint),
        (False, other.endpoint),
    }


def test_R16_old_phones_make_room_for_new_ones(phone: Browser) -> None:
    all_keys = [BrowserKeys() for _ in range(12)]
    for keys in all_keys:
        phone.send("post", PHONES, keys.subscription())
    assert {one.endpoint for one in Subscription.objects.all()} == {keys.endpoint for keys in all_keys[2:]}


def test_R17_reminders_end_with_the_sign_in(phone: Browser, browser: Callable[[User], Browser], alice: User) -> None:
    other = browser(alice)
    stays, goes = BrowserKeys(), BrowserKeys()
    other.send("post", PHONES, stays.subscription())
    phone.send("post", PHONES, goes.subscription())
    assert phone.send("delete", "/_allauth/browser/v1/auth/session").status_code == 401
    assert [one.endpoint for one in Subscription.objects.all()] == [stays.endpoint]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "https://127.0.0.1/x"}, "endpoint"),
        ({"endpoint": "http://push.example.org/x"}, "endpoint"),
        ({"endpoint": "https://push.example.org/" + "x" * 2000}, "endpoint"),
        ({"keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22}}, "keys.p256dh"),
        ({"keys": {"p256dh": BrowserKeys().p256dh, "auth": "A" * 21}}, "keys.auth"),
        ({"keys": {"p256dh": "ü", "auth": "A" * 22}}, "keys.p256dh"),
        ({"keys": {"auth": "A" * 22}}, "keys.p256dh"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_R15_it_refuses_what_no_browser_gives(phone: Browser, change: dict[str, Any], field: str) -> None:
    answer = phone.send("post", PHONES, BrowserKeys().subscription() | change)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert not Subscription.objects.exists()


def test_R19_an_iphone_is_told_where_apple_would_refuse_in_silence(phone: Browser, settings: Any) -> None:
    settings.PUSH_SUBJECT = None
    answer = phone.send("post", PHONES, BrowserKeys(host="web.push.apple.com").subscription())
    assert (answer.status_code, answer.json()["code"]) == (409, "push_subject_missing")
    assert "NIRWEB_PUSH_SUBJECT" in answer.json()["next"]
    assert phone.send("post", PHONES, BrowserKeys().subscription()).status_code == 201


def test_a_test_goes_the_way_of_reminders(phone: Browser, alice: User, service: PushService, settings: Any) -> None:
    settings.REDIS_URL = "redis://here"
    keys = BrowserKeys()
    subscription = phone.send("post", PHONES, keys.subscription()).json()
    sent: list[str] = []
    current_app.conf.task_always_eager = True
    try:
        answer = phone.send("post", "/api/reminders/test", {"subscription_id": subscription["id"]})
    finally:
        current_app.conf.task_always_eager = False
    assert answer.status_code == 202
    sent = [keys.read(one.body)["notification"]["tag"] for one in service.came]
    assert sent == [answer.json()["tag"]]


def test_a_test_without_a_worker_is_told(phone: Browser, alice: User) -> None:
    subscription = a_phone(alice, BrowserKeys())
    answer = phone.send("post", "/api/reminders/test", {"subscription_id": str(subscription.pk)})
    assert (answer.status_code, answer.json()["code"]) == (503, "no_worker")
    assert not Delivery.objects.exists()


def test_R9_putting_it_off(phone: Browser, alice: User) -> None:
    course = a_course(alice, timezone.now())
    day = day_of(timezone.now(), alice.zone)
    answer = phone.send("post", "/api/reminders/snooze", {"regimen_id": str(course.pk), "day": day.isoformat(), "minutes": 10})
    assert answer.status_code == 202
    left = Due.objects.get(kind=Due.Kind.SNOOZED).due_at - timezone.now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


def test_R9_what_was_put_off_without_a_network_counts_from_then(phone: Browser, alice: User) -> None:
    course, now = a_course(alice, timezone.now()), timezone.now().replace(microsecond=0)
    body = {"regimen_id": str(course.pk), "day": day_of(now, alice.zone).isoformat(), "minutes": 10}

    def due_in(asked_at: Any) -> timedelta:
        answer = phone.send("post", "/api/reminders/snooze", body | {"asked_at": asked_at})
        assert answer.status_code == 202
        return Due.objects.get(kind=Due.Kind.SNOOZED).due_at - now

    assert due_in(now - timedelta(minutes=4)) == timedelta(minutes=6)
    assert due_in(now - timedelta(minutes=40)) == timedelta(minutes=-30), "at once"
    assert due_in(now + timedelta(days=1)) < timedelta(minutes=11), "a phone whose clock is wrong puts nothing off for long"


def test_R9_nothing_to_put_off(phone: Browser, alice: User, charlie: User) -> None:
    today = day_of(timezone.now(), alice.zone)

    def snoozed(course: Regimen, day: Any = today, minutes: int = 10) -> int:
        body = {"regimen_id": str(course.pk), "day": day.isoformat(), "minutes": minutes}
        return int(phone.send("post", "/api/reminders/snooze", body).status_code)

    assert snoozed(a_course(alice, local_time="")) == 409
    assert snoozed(a_course(charlie)) == 404
    assert snoozed(a_course(alice), today - timedelta(days=2)) == 409
    assert snoozed(a_course(alice), today + timedelta(days=1)) == 409
    assert snoozed(a_course(alice), today, 11) == 422
    assert not Due.objects.filter(kind=Due.Kind.SNOOZED).exists()


def test_R13_the_phone_learns_how_it_fared(phone: Browser, alice: User, service: PushService) -> None:
    keys = BrowserKeys()
    subscription = a_phone(alice, keys)
    service.answers[keys.token] = [(403, "")]
    now = timezone.now()
    Delivery.objects.create(
        subscription=subscription, occurrence=subscription.pk, day=now.date(), due_at=now, stale_at=now + timedelta(minutes=1),
        next_try_at=now,
    )  # fmt: skip
    deliveries.deliver()
    assert phone.send("get", PHONES).json()[0]["trouble"] == "refused"
