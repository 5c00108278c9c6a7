"""A person closes their account: shut at once, erased after a week, opened again by signing in (docs/account.md)."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import Count
from django.dispatch import Signal
from django.http import HttpRequest

from sessions_app.accounts import household as households
from sessions_app.accounts import rules
from sessions_app.accounts.models import Household, Invitation, Membership, User
from sessions_app.problems import Problem

KEPT: Final = timedelta(days=7)
"""So long signing in opens it again [A5]."""
OPENED_AGAIN: Final = "opened_again"
"""In the data of the sign-in that did it."""
account_closes = Signal()
"""Sent around a closing, with `user` and `now`: later slices stop what runs for them [A3]."""
household_ends = Signal()
"""Sent in the transaction that erases the last person of a household, with `household_id` and `now` [A7]."""

log = structlog.stdlib.get_logger(__name__)


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_opened_again, dispatch_uid="accounts.opened_again")


def close(user: User, password: str, now: datetime) -> datetime:
    """Shut it, and say when it is erased.

    Problems: 403 `wrong_password`; 409 `guest_has_no_account`, `last_owner`.
    """
    if user.guest:
        raise Problem(
            409, "guest_has_no_account", "A guest has no account, and is deleted after a day.", "Leave the demo instead."
        )
    if not user.check_password(password):
        raise Problem(
            403, "wrong_password", "This is not your password.", "Type the one that you sign in with.", field="password"
        )
    _check_owners(user)
    account_closes.send(sender=User, user=user, now=now)
    for household in _households(user, alone=False):
        households.leave(user, household.pk, now)
    with transaction.atomic():
        # a start takes this lock first too: none is under way while the account is shut
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        locked.closed_at = now
        locked.save(update_fields=["closed_at"])
        Invitation.objects.filter(made_by=user, used_by=None).delete()
    account_closes.send(sender=User, user=user, now=now)  # for what was started between the two
    for signed_in in UserSession.objects.filter(user=user):
        signed_in.end()
    log.info("account closed", user=str(user.pk))
    return now + KEPT


def _check_owners(user: User) -> None:
    """Nobody closes the door on a household that others are in [A4]."""
    for household in _households(user, alone=False):
        members = Membership.objects.filter(household=household)
        refusal = rules.leaving({one.user_id: "owner" if one.role == "owner" else "member" for one in members}, user.pk)
        if refusal is not None:
            raise Problem(
                refusal.status,
                refusal.code,
                f"You are the only owner of “{household.name}”, and others are in it.",
                "Make somebody there an owner too, then close your account.",
            )


def _households(user: User, *, alone: bool) -> list[Household]:
    """Theirs that nobody else is in, or those that others are in too."""
    counted = Household.objects.annotate(people=Count("memberships"))
    found = counted.filter(people=1) if alone else counted.filter(people__gt=1)
    return list(found.filter(pk__in=user.memberships.values("household_id"), demo=False).order_by("id"))


def _opened_again(user: User, request: HttpRequest, **_: Any) -> None:
    """Who signs in within the week has everything back that was theirs alone, and is told so [A5]."""
    if user.closed_at is None:
        return
    request.session[OPENED_AGAIN] = True
    user.closed_at = None
    user.save(update_fields=["closed_at"])
    log.info("account opened again", user=str(user.pk))


def erase_closed(now: datetime) -> int:
    """Erase the people who closed their accounts a week ago, with all that is theirs. Returns how many."""
    due = User.objects.filter(closed_at__lte=now - KEPT).order_by("closed_at").values_list("pk", flat=True)
    return sum(_erase(user_id, now) for user_id in list(due))


@transaction.atomic
def _erase(user_id: UUID, now: datetime) -> bool:
    user = User.objects.select_for_update().filter(pk=user_id, closed_at__lte=now - KEPT).first()
    if user is None:
        return False  # they signed in at the last instant
    alone = [one.pk for one in _households(user, alone=True)]
    user.delete()
    for household_id in alone:
        household_ends.send(sender=Household, household_id=household_id, now=now)
    # where somebody else once had light, the panel's row stays as part of their log, in a household without a name
    Household.objects.filter(pk__in=alone, panels=None).delete()
    Household.objects.filter(pk__in=alone).update(name="")
    return True
