"""Writes of accounts, one transaction each."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from sessions_app.accounts.models import Consent, Household, Membership, User
from sessions_app.changes.services import Touch, touch
from sessions_app.problems import Problem

guest_made = Signal()
"""Sent in the transaction that makes a guest, with `guest` and `now`: later slices give them what everybody else enters."""
consent_withdrawn = Signal()
"""Sent around a withdrawal, with `user` and `now`: later slices stop what runs for them."""
GUEST_LIFE: Final = timedelta(hours=24)
LAST_LIGHT: Final = timedelta(hours=1)
"""Longer than any session can last (ble_bridge/contract/limits.py, 30 min)."""
MAX_GUESTS: Final = 200
"""Guests at one time on one server."""


@transaction.atomic
def settle(user: User) -> Membership:
    """A household of their own for somebody who signed up, with them as its owner [M2]."""
    member, touches = own_home(user)
    touch(Touch(user.pk, "profile", user.pk), *touches)
    return member


def own_home(user: User) -> tuple[Membership, list[Touch]]:
    """The household, and what to note of it in the caller's transaction."""
    household = Household.objects.create(name="Home")
    member = Membership.objects.create(household=household, user=user, role=Membership.Role.OWNER)
    return member, [Touch(household.pk, "household", household.pk), Touch(household.pk, "member", member.pk)]


def give_consent(user: User, version: str) -> Consent:
    """Keep the explicit consent to the words of `version`; the same words twice are one consent."""
    consent, _ = Consent.objects.get_or_create(user=user, version=version, withdrawn_at=None)
    return consent


def withdraw_consent(user: User, now: datetime) -> None:
    """From now on nothing of this person's health is taken, and no light is started. What gives light for them is stopped first.

    Problem 409 for a guest, who was never asked (docs/decisions/guests-without-consent.md).
    """
    if user.guest:
        raise Problem(
            409, "guest_has_no_consent", "A guest was not asked, and is deleted after a day.", "Leave the demo instead."
        )
    consent_withdrawn.send(sender=User, user=user, now=now)
    user.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    consent_withdrawn.send(sender=User, user=user, now=now)  # for what was started between the two


def may_keep_health_records(user: User) -> bool:
    """Whether this person's explicit consent stands. A guest, who has no name and is deleted after a day, is not asked for it."""
    return user.guest or user.consents.filter(withdrawn_at=None).exists()


def demo_household() -> Household:
    """The instance's one demo household, made at first use."""
    with transaction.atomic():
        found = Household.objects.filter(demo=True).order_by("stored_at", "id").first()
        return found or Household.objects.create(name="Demo", demo=True)


@transaction.atomic
def make_guest(now: datetime) -> User:
    """Somebody who tries the virtual panel without an account, for 24 hours. Raises `Problem` 429 when too many do."""
    if User.objects.filter(guest=True, guest_until__gt=now).count() >= MAX_GUESTS:
        raise Problem(429, "too_many_guests", "Too many people are trying the demo just now.", "Try again later.")
    guest = User.objects.create_user(None, guest=True, guest_until=now + GUEST_LIFE, display_name="Guest")
    Membership.objects.create(household=demo_household(), user=guest, role=Membership.Role.MEMBER)
    guest_made.send(sender=User, guest=guest, now=now)
    return guest


def delete_expired_guests(now: datetime | None = None) -> int:
    """Delete the guests whose time is over, with all that is theirs. Returns how many.

    They are signed out when their time is over, and deleted an hour later: by then no light that they started can still be on.
    """
    expired = list(User.objects.filter(guest=True, guest_until__lte=(now or timezone.now()) - LAST_LIGHT))
    for guest in expired:
        with transaction.atomic():
            guest.delete()
    return len(expired)
