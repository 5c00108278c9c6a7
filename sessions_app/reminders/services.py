"""What a person does with reminders: want them on a phone, no longer want them, try one, put one off."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from sessions_app.accounts.models import User
from sessions_app.base import new_id
from sessions_app.localtime import day_of
from sessions_app.problems import Problem, not_found
from sessions_app.regimens.models import Regimen
from sessions_app.reminders import due, endpoint, rules, wanted
from sessions_app.reminders.models import Delivery, Subscription

MOST_PHONES: Final = 10
TEST_LIFE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """As its browser describes it."""

    endpoint: str
    p256dh: str
    auth: str
    name: str | None
    hide_details: bool | None
    """None: as it was."""
    replaces: str | None
    """The endpoint that this one takes the place of."""


def of(user: User) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(user=user).order_by("stored_at", "id")


@transaction.atomic
def subscribe(user: User, signed_in: str, phone: Phone) -> Subscription:
    """Remind this person on this phone from now on; told again it only brings the row up to date [R16].

    Problem 409 when Apple's service would refuse this server, 422 for an address that nothing is sent to.
    """
    if why := endpoint.fault(phone.endpoint):
        raise Problem(422, "bad_endpoint", f"This phone's push address {why}.", "Try another browser.", field="endpoint")
    if settings.PUSH_SUBJECT is None and endpoint.is_apples(phone.endpoint):
        raise no_contact()
    here = mark(phone.endpoint)
    # what was on its way to whoever used this browser before must not reach this person
    Subscription.objects.filter(endpoint_hash=here).exclude(user=user).delete()
    known = of(user).filter(endpoint_hash__in=[here, mark(phone.replaces or "")]).order_by("-stored_at").first()
    name = phone.name if phone.name is not None else (known.name if known else "")
    hide_details = phone.hide_details if phone.hide_details is not None else known is not None and known.hide_details
    if phone.replaces and phone.replaces != phone.endpoint:
        Subscription.objects.filter(user=user, endpoint_hash=mark(phone.replaces)).delete()
    subscription, made = Subscription.objects.update_or_create(
        endpoint_hash=here,
        defaults={
            "user": user, "endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth, "name": name,
            "hide_details": hide_details, "signed_in": signed_in, "password_mark": wanted.password_mark(user),
            "trouble": Subscription.Trouble.NONE,
        },
    )  # fmt: skip
    if made:
        _only_the_newest(user)
    return subscription


def no_contact() -> Problem:
    return Problem(
        409,
        "push_subject_missing",
        "Apple's push service wants to know whom it may ask about this server, and nobody is named.",
        "Whoever runs the server sets NIRWEB_PUSH_SUBJECT, for example to mailto:you@example.org.",
    )


def _only_the_newest(user: User) -> None:
    """A browser that was reinstalled leaves its old subscription behind: they go, the oldest first."""
    old = list(of(user).order_by("-stored_at").values_list("pk", flat=True)[MOST_PHONES:])
    Subscription.objects.filter(pk__in=old).delete()


def mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def unsubscribe(user: User, subscription_id: UUID) -> None:
    """Problem 404 when it is not theirs."""
    deleted, _ = Subscription.objects.filter(user=user, pk=subscription_id).delete()
    if not deleted:
        raise not_found("This phone")


def signed_out(signed_in: str) -> None:
    """Reminders end with the sign-in they were asked for in [R17]."""
    Subscription.objects.filter(signed_in=signed_in).delete()


def test(user: User, subscription_id: UUID, now: datetime) -> Delivery:
    """Put a test message on its way to one of the person's phones. Problem 404 when it is not theirs."""
    subscription = Subscription.objects.filter(user=user, pk=subscription_id).first()
    if subscription is None:
        raise not_found("This phone")
    return Delivery.objects.create(
        subscription=subscription,
        occurrence=new_id(),
        day=day_of(now, user.zone),
        due_at=now,
        stale_at=now + TEST_LIFE,
        next_try_at=now,
    )


@transaction.atomic
def snooze(user: User, regimen_id: UUID, day: date, minutes: int, now: datetime, asked_at: datetime | None = None) -> datetime:
    """Remind once more of that day's occurrence, so many minutes after it was asked for: now, or earlier on a phone that could
    not tell it then. Returns when; what is over by now is due at once.

    Problem 404 for a course that is not theirs, 409 for one that has no reminders or a day that is over.
    """
    regimen = Regimen.objects.filter(pk=regimen_id, user=user, deleted_at=None).select_related("user").first()
    if regimen is None:
        raise not_found("This course")
    today = day_of(now, user.zone)
    if not rules.reminds(due.plan_of(regimen, now), now) or not today - timedelta(days=1) <= day <= today:
        raise Problem(409, "not_due", "There is nothing to be reminded of any more.", "Look at today in the app.")
    return due.snooze(regimen, day, minutes, min(asked_at or now, now))
