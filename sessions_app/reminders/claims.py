"""Claim what is due: from lines of the due table to messages for phones, whole or not at all [R6].

One transaction moves each line on to its next time and writes the messages for this one. A worker that is killed in it changed
nothing; two workers never see the same line, because what one has locked the other passes over.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import transaction

from sessions_app.base import new_id
from sessions_app.regimens.schedule import Plan
from sessions_app.reminders import due, rules, wanted
from sessions_app.reminders.models import Delivery, Due, Subscription

AT_ONCE: Final = 500


def claim(now: datetime) -> int:
    """Claim up to `AT_ONCE` lines that are due. Returns how many; 0 costs one question and no write."""
    if not Due.objects.filter(due_at__lte=now).exists():
        return 0
    with transaction.atomic():
        lines = list(
            Due.objects.filter(due_at__lte=now)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at")
            .select_related("regimen__user")[:AT_ONCE]
        )
        _send(lines, now)
        _move_on(lines, now)
    return len(lines)


def _send(lines: list[Due], now: datetime) -> None:
    """Write a message for each phone of everybody who is to be reminded."""
    wants = [want for line in lines if (want := _want(line, now))]
    still = [one for one in wants if wanted.for_whom(one.regimen.user, now)]
    open_ = wanted.without_answered(still, now)
    phones = _phones(one.regimen.user_id for one in open_)
    Delivery.objects.bulk_create(
        [_message(want, phone, now) for want in open_ for phone in phones if phone.user_id == want.regimen.user_id],
        ignore_conflicts=True,
    )


def _want(line: Due, now: datetime) -> wanted.Want | None:
    regimen = line.regimen
    plan = due.plan_of(regimen, now)
    if regimen.deleted_at is not None:
        return None
    if line.kind == Due.Kind.PLANNED:
        found = rules.to_remind_of(plan, line.due_at, now)
        return None if found is None else wanted.Want(regimen, found.day, found.due_at)
    fresh = rules.reminds(plan, now) and now < rules.stale_at(line.due_at, plan.zone)
    return wanted.Want(regimen, line.day, line.due_at, snoozed=True) if fresh else None


def _phones(user_ids: Iterable[object]) -> list[Subscription]:
    found = Subscription.objects.filter(user_id__in=set(user_ids)).select_related("user")
    return [one for one in found if wanted.is_signed_in(one)]


def _message(want: wanted.Want, phone: Subscription, now: datetime) -> Delivery:
    return Delivery(
        id=new_id(),
        subscription=phone,
        regimen=want.regimen,
        occurrence=rules.occurrence_id(want.regimen.pk, want.day),
        day=want.day,
        due_at=want.due_at,
        snoozed=want.snoozed,
        stale_at=rules.stale_at(want.due_at, want.regimen.user.zone),
        next_try_at=now,
    )


def _move_on(lines: list[Due], now: datetime) -> None:
    """Each line to its next time after now; a snooze, and a course without a next time, loses its line."""
    moved, over = [], []
    for line in lines:
        found = _next(due.plan_of(line.regimen, now), line, now)
        if found is None:
            over.append(line.pk)
        else:
            line.day, line.due_at = found
            moved.append(line)
    Due.objects.filter(pk__in=over).delete()
    Due.objects.bulk_update(moved, ["day", "due_at"])


def _next(plan: Plan, line: Due, now: datetime) -> tuple[date, datetime] | None:
    if line.kind == Due.Kind.SNOOZED or line.regimen.deleted_at is not None:
        return None
    found = rules.next_due(plan, now, None)
    return None if found is None else (found.day, found.due_at)
