"""Carry messages to push services: claim, send, keep what came of it [R10-R13].

A claim moves a message's next try on by a lease, in one conditional update; a worker that was killed loses it when the lease is
over. The message may then be sent twice: both have one topic and one tag, so that the phone shows one.
"""

import threading
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import models, transaction
from django.db.models import F

from sessions_app import clock
from sessions_app.reminders import answers, due, push, rules, wanted, words
from sessions_app.reminders.answers import Meaning
from sessions_app.reminders.models import Delivery, Subscription
from sessions_app.reminders.push import Answer, Message
from sessions_app.therapy.courses import minutes_now

log = structlog.stdlib.get_logger(__name__)

AT_ONCE: Final = 200
LEASE: Final = timedelta(seconds=10)
"""Longer than a batch can take: it has a deadline of 5 s, and what came of it is kept in one transaction."""
KEPT: Final = timedelta(days=7)
"""How long it is known what became of a message."""
_one_at_a_time: Final = threading.Lock()


def deliver() -> int:
    """Send whatever is to be sent, until nothing is. Returns how many messages were tried.

    One thread of a process does this at a time: however slow push services are, the worker's other thread stays free.
    """
    if not _one_at_a_time.acquire(blocking=False):
        return 0
    tried = 0
    try:
        while batch := claim(clock.now().wall):
            _carry(batch)
            tried += len(batch)
    finally:
        _one_at_a_time.release()
    return tried


def claim(now: datetime) -> list[Delivery]:
    """Up to `AT_ONCE` messages whose time has come, claimed for the length of a lease."""
    ready = Delivery.objects.filter(outcome=Delivery.Outcome.OPEN, next_try_at__lte=now)
    if not ready.exists():
        return []
    mark = uuid.uuid4()
    with transaction.atomic():
        ids = list(ready.select_for_update(skip_locked=True).order_by("next_try_at").values_list("pk", flat=True)[:AT_ONCE])
        ready.filter(pk__in=ids).update(next_try_at=now + LEASE, claim=mark, tries=F("tries") + 1)
    return list(Delivery.objects.filter(claim=mark).select_related("subscription__user", "regimen__user"))


def _carry(batch: Sequence[Delivery]) -> None:
    now = clock.now().wall
    worth = {one.pk for one in _still_wanted(batch, now)}
    going = [one for one in batch if one.pk in worth]
    for one in batch:
        if one.pk not in worth:
            _settle(one, Delivery.Outcome.STALE if one.stale_at <= now else Delivery.Outcome.DONE)
    answered = push.send([message_of(one, now) for one in going])
    _keep_all(going, answered, clock.now().wall)


def _still_wanted(batch: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Those that are fresh, and whose occurrence was not done between being due and now."""
    fresh = [one for one in batch if one.stale_at > now and wanted.is_signed_in(one.subscription)]
    wants = {
        one.pk: wanted.Want(one.regimen, one.day, one.due_at) for one in fresh if one.regimen is not None and _stands(one, now)
    }
    open_ = {(want.regimen.pk, want.day) for want in wanted.without_answered(list(wants.values()), now)}
    return [one for one in fresh if one.regimen is None or (one.pk in wants and (one.regimen.pk, one.day) in open_)]


def _stands(one: Delivery, now: datetime) -> bool:
    """The course goes on, and was not moved to another time while the message waited."""
    if one.regimen is None or one.regimen.deleted_at is not None:
        return False
    plan = due.plan_of(one.regimen, now)
    return rules.reminds(plan, now) and (one.snoozed or rules.stands(plan, one.day, one.due_at))


def message_of(one: Delivery, now: datetime) -> Message:
    phone, regimen = one.subscription, one.regimen
    tag = one.occurrence.hex
    if regimen is None:
        body = words.test(tag, settings.ORIGIN)
    else:
        about = words.Reminder(
            regimen_id=regimen.pk, day=one.day, tag=tag, planned_at=one.due_at, minutes=minutes_now(regimen, now),
            zone=regimen.user.zone, snoozed=one.snoozed,
        )  # fmt: skip
        body = words.reminder(about, settings.ORIGIN, hidden=phone.hide_details)
    ttl_s = max(1, int((one.stale_at - now).total_seconds()))
    return Message(endpoint=phone.endpoint, p256dh=phone.p256dh, auth=phone.auth, body=body, topic=tag, ttl_s=ttl_s)


def _keep_all(carried: Sequence[Delivery], answered: Sequence[Answer], now: datetime) -> None:
    """What came of a batch, in one transaction; those that were taken, which are nearly all, in one go."""
    with transaction.atomic():
        taken = [one for one, answer in zip(carried, answered, strict=True) if answers.meaning(answer.status) is Meaning.TAKEN]
        _keep_taken(taken, now)
        for one, answer in zip(carried, answered, strict=True):
            _keep_other(one, answer, now)


def _keep_taken(taken: Sequence[Delivery], now: datetime) -> None:
    if not taken:
        return
    mine = Delivery.objects.filter(pk__in=[one.pk for one in taken], claim=taken[0].claim, outcome=Delivery.Outcome.OPEN)
    mine.update(outcome=Delivery.Outcome.SENT, sent_at=now)
    phones = Subscription.objects.filter(pk__in={one.subscription_id for one in taken})
    phones.update(sent_at=now, trouble=Subscription.Trouble.NONE)
    for one in taken:
        log.info("reminder sent", tries=one.tries, late_ms=int((now - one.due_at) / timedelta(milliseconds=1)))


def _keep_other(one: Delivery, answer: Answer, now: datetime) -> None:
    phone = Subscription.objects.filter(pk=one.subscription_id)
    match answers.meaning(answer.status):
        case Meaning.TAKEN:
            pass
        case Meaning.GONE:
            phone.delete()
            log.info("subscription gone", status=answer.status)
        case Meaning.REFUSED:
            _settle(one, Delivery.Outcome.REFUSED)
            phone.update(trouble=Subscription.Trouble.REFUSED)
            log.warning("push service refused", status=answer.status)
        case Meaning.LATER:
            _mine(one).update(next_try_at=answers.again_at(now, one.tries, answer.retry_after))
            phone.update(trouble=Subscription.Trouble.UNREACHABLE)


def _settle(one: Delivery, outcome: Delivery.Outcome) -> None:
    _mine(one).update(outcome=outcome)


def _mine(one: Delivery) -> models.QuerySet[Delivery]:
    """The row, as long as nobody else claimed it meanwhile."""
    return Delivery.objects.filter(pk=one.pk, claim=one.claim, outcome=Delivery.Outcome.OPEN)


def forget(now: datetime) -> int:
    """Clear away what became stale long ago. Returns how many messages."""
    return Delivery.objects.filter(stale_at__lt=now - KEPT).delete()[0]
