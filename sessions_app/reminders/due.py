"""The due table: when each course is next due. Kept right in the transaction that changes a course or a zone [R3]."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone

from sessions_app.accounts.models import User
from sessions_app.localtime import day_of
from sessions_app.regimens.models import Regimen
from sessions_app.regimens.schedule import Plan
from sessions_app.reminders import rules
from sessions_app.reminders.models import Due

PLANNED: Final = Due.Kind.PLANNED
AT_ONCE: Final = 500
"""Courses that `mend` looks at in one transaction."""


def connect() -> None:
    """Called once, when the app is ready. The signals come within the transaction that writes."""
    post_save.connect(_regimen_changed, sender=Regimen, dispatch_uid="reminders.regimen")
    post_save.connect(_person_changed, sender=User, dispatch_uid="reminders.zone")


def _regimen_changed(instance: Regimen, raw: bool = False, **_: Any) -> None:
    if not raw:
        refresh([instance.pk], timezone.now())


def _person_changed(instance: User, created: bool, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    if not created and (update_fields is None or "zone" in update_fields):
        mine = Regimen.objects.filter(user=instance, deleted_at=None).values_list("pk", flat=True)
        refresh(list(mine), timezone.now())


def plan_of(regimen: Regimen, now: datetime) -> Plan:
    """Of a regimen whose `user` is loaded. A course without a first day begins today."""
    zone = regimen.user.zone
    return Plan(
        days=tuple(regimen.days),
        local_time=regimen.local_time,
        zone=zone,
        started_on=regimen.started_on or day_of(now, zone),
        ended_on=regimen.ended_on,
    )


@transaction.atomic
def refresh(regimen_ids: list[UUID], now: datetime) -> int:
    """Write when each of these courses is next due; a course that is over loses its line. Returns how many lines changed.

    The lines are locked in the order of the courses' ids, before the courses are read: whoever claims a line at the same time
    does so with the course as it was, and is overwritten here.
    """
    known = {one.regimen_id: one for one in _lines(regimen_ids).filter(kind=PLANNED)}
    regimens = {one.pk: one for one in Regimen.objects.filter(pk__in=regimen_ids).select_related("user")}
    return sum(_write(regimens.get(regimen_id), known.get(regimen_id), regimen_id, now) for regimen_id in sorted(regimen_ids))


def _lines(regimen_ids: list[UUID]) -> Any:
    return Due.objects.filter(regimen_id__in=regimen_ids).select_for_update().order_by("regimen_id", "kind")


def _write(regimen: Regimen | None, line: Due | None, regimen_id: UUID, now: datetime) -> int:
    found = None
    if regimen is not None and regimen.deleted_at is None:
        found = rules.next_due(plan_of(regimen, now), now, line.due_at if line else None)
    if found is None:
        over = regimen is None or regimen.deleted_at is not None or not rules.reminds(plan_of(regimen, now), now)
        # a course whose next day is far off keeps a snooze; one that is over keeps nothing
        gone = Due.objects.filter(regimen_id=regimen_id) if over else Due.objects.filter(regimen_id=regimen_id, kind=PLANNED)
        return gone.delete()[0]
    if line is not None and (line.day, line.due_at) == (found.day, found.due_at):
        return 0
    Due.objects.update_or_create(regimen_id=regimen_id, kind=PLANNED, defaults={"day": found.day, "due_at": found.due_at})
    return 1


def mend(now: datetime) -> int:
    """Look at every course and put its line right: after a restore, a wrong clock, new rules of a zone [R14].

    Returns how many lines were wrong.
    """
    return sum(refresh(some, now) for some in _batches())


def _batches() -> Iterator[list[UUID]]:
    last = None
    while True:
        wanted = Regimen.objects.order_by("pk")
        some = list((wanted if last is None else wanted.filter(pk__gt=last)).values_list("pk", flat=True)[:AT_ONCE])
        if not some:
            return
        yield some
        last = some[-1]


def snooze(regimen: Regimen, day: date, minutes: int, now: datetime) -> datetime:
    """Remind of the occurrence of `day` once more, so many minutes from now. A second snooze takes the first one's place [R9]."""
    due_at = now + timedelta(minutes=minutes)
    Due.objects.update_or_create(regimen=regimen, kind=Due.Kind.SNOOZED, defaults={"day": day, "due_at": due_at})
    return due_at
