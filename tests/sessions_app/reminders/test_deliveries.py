"""R10-R13: to the push service and back, over real TLS."""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection

from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.clock import Moment
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import claims, deliveries, push, rules
from sessions_app.reminders.models import Delivery, Subscription
from tests.push.browser import BrowserKeys
from tests.push.service import PushService
from tests.sessions_app.reminders.making import AT, DAY, a_log, a_phone

LATE = AT + timedelta(seconds=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """The time, to be set."""
    time = {"now": LATE}
    monkeypatch.setattr(clock, "now", lambda: Moment(time["now"], 0, "test"))
    return time


@pytest.fixture
def claimed(at: dict[str, datetime], course: Regimen, keys: BrowserKeys) -> Delivery:
    claims.claim(LATE)
    return Delivery.objects.get()


def test_R18_a_reminder_reaches_the_phone(service: PushService, claimed: Delivery, course: Regimen, keys: BrowserKeys) -> None:
    assert deliveries.deliver() == 1
    (came,) = service.came
    shown = keys.read(came.body)["notification"]
    assert shown["title"] == "Time for your light"
    assert shown["data"]["regimen"] == str(course.pk)
    assert came.headers["topic"] == shown["tag"] == rules.occurrence_id(course.pk, DAY).hex
    assert int(came.headers["ttl"]) == 4 * 3600 - 1
    claimed.refresh_from_db()
    assert (claimed.outcome, claimed.sent_at, claimed.tries) == ("sent", LATE, 1)
    assert Subscription.objects.get().sent_at == LATE
    assert deliveries.deliver() == 0
    assert len(service.came) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_R11_a_phone_that_wants_no_more_is_forgotten(
    service: PushService, claimed: Delivery, keys: BrowserKeys, status: int
) -> None:
    service.answers[keys.token] = [(status, "")]
    assert deliveries.deliver() == 1
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()


def test_R12_a_busy_push_service_is_asked_again(
    service: PushService, claimed: Delivery, keys: BrowserKeys, at: dict[str, datetime]
) -> None:
    service.answers[keys.token] = [(503, ""), (429, "Retry-After: 120\r\n"), (201, "")]
    deliveries.deliver()
    assert Subscription.objects.get().trouble == "unreachable"
    assert deliveries.deliver() == 0
    for wait_s in (5, 120):
        at["now"] += timedelta(seconds=wait_s - 1)
        assert deliveries.deliver() == 0
        at["now"] += timedelta(seconds=1)
        assert deliveries.deliver() == 1
    claimed.refresh_from_db()
    assert (claimed.outcome, claimed.tries) == ("sent", 3)
    assert Subscription.objects.get().trouble == ""
    assert len({one.headers["topic"] for one in service.came}) == 1


def test_R12_it_is_given_up_when_it_is_stale(
    service: PushService, claimed: Delivery, keys: BrowserKeys, at: dict[str, datetime]
) -> None:
    service.answers[keys.token] = [(500, "")]
    tried = 0
    while at["now"] < claimed.stale_at + timedelta(hours=1):
        tried += deliveries.deliver()
        at["now"] += timedelta(minutes=5)
    claimed.refresh_from_db()
    assert claimed.outcome == "stale"
    assert tried == claimed.tries > 10
    assert len(service.came) == claimed.tries - 1


def test_R7_what_was_done_while_it_waited_is_not_sent(
    service: PushService, alice: User, claimed: Delivery, keys: BrowserKeys, at: dict[str, datetime]
) -> None:
    service.answers[keys.token] = [(503, ""), (201, "")]
    deliveries.deliver()
    a_log(alice, LATE)
    at["now"] += timedelta(seconds=10)
    deliveries.deliver()
    claimed.refresh_from_db()
    assert claimed.outcome == "done"
    assert len(service.came) == 1


@pytest.mark.parametrize(
    "change", [{"local_time": "21:00"}, {"ended_on": DAY}, {"deleted_at": AT}], ids=lambda one: next(iter(one))
)
def test_it_is_not_sent_for_a_course_that_was_moved_or_ended(
    service: PushService, claimed: Delivery, course: Regimen, change: dict[str, object]
) -> None:
    Regimen.objects.filter(pk=course.pk).update(**change)
    deliveries.deliver()
    claimed.refresh_from_db()
    assert claimed.outcome == "done"
    assert service.came == []


@pytest.mark.parametrize("status", [400, 401, 403, 413, 302])
def test_R13_a_refusal_is_told_and_not_repeated(service: PushService, claimed: Delivery, keys: BrowserKeys, status: int) -> None:
    service.answers[keys.token] = [(status, "")]
    deliveries.deliver()
    claimed.refresh_from_db()
    assert claimed.outcome == "refused"
    assert Subscription.objects.get().trouble == "refused"
    assert deliveries.deliver() == 0


def test_R10_a_claim_is_a_lease(claimed: Delivery, at: dict[str, datetime]) -> None:
    assert [one.pk for one in deliveries.claim(LATE)] == [claimed.pk]
    assert deliveries.claim(LATE + deliveries.LEASE - timedelta(seconds=1)) == []
    (again,) = deliveries.claim(LATE + deliveries.LEASE)
    assert again.tries == 2


def test_R10_who_lost_the_lease_has_lost_its_say(claimed: Delivery) -> None:
    (slow,) = deliveries.claim(LATE)
    (quick,) = deliveries.claim(LATE + deliveries.LEASE)
    deliveries._keep_all([slow], [push.Answer(status=403)], LATE)
    claimed.refresh_from_db()
    assert claimed.outcome == ""
    deliveries._keep_all([quick], [push.Answer(status=201)], LATE)
    deliveries._keep_all([slow], [push.Answer(status=503)], LATE)
    claimed.refresh_from_db()
    assert claimed.outcome == "sent"


def test_R16_what_was_on_its_way_to_the_person_before_reaches_nobody(
    service: PushService, claimed: Delivery, charlie: User, keys: BrowserKeys
) -> None:
    a_phone(charlie, keys)
    assert deliveries.deliver() == 0
    assert service.came == []


def test_R20_details_are_hidden_where_the_person_wants_it(
    service: PushService, alice: User, claimed: Delivery, keys: BrowserKeys
) -> None:
    a_phone(alice, keys, hide_details=True)
    deliveries.deliver()
    assert keys.read(service.came[0].body)["notification"]["title"] == "NIRWeb"


def test_it_forgets_messages_of_long_ago(claimed: Delivery) -> None:
    assert deliveries.forget(claimed.stale_at + deliveries.KEPT) == 0
    assert deliveries.forget(claimed.stale_at + deliveries.KEPT + timedelta(seconds=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_R10_many_claim_at_once_and_none_gets_what_another_has(at: dict[str, datetime], alice: User, course: Regimen) -> None:
    phone = a_phone(alice, BrowserKeys())
    wanted = [
        Delivery(
            id=new_id(), subscription=phone, regimen=course, occurrence=uuid.uuid4(), day=DAY, due_at=AT,
            stale_at=AT + timedelta(hours=4), next_try_at=AT,
        )
        for _ in range(60)
    ]  # fmt: skip
    Delivery.objects.bulk_create(wanted)
    got: list[uuid.UUID] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while mine := deliveries.claim(LATE):
                got.extend(one.pk for one in mine)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    assert sorted(got) == sorted(one.pk for one in wanted)
