"""Invite somebody into a household, and join one (docs/household.md, "Invitations")."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from sessions_app.accounts import household as households
from sessions_app.accounts import rules
from sessions_app.accounts.models import Household, Invitation, Membership, User
from sessions_app.changes.services import Touch, touch
from sessions_app.problems import Problem, not_found

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    invitation: Invitation
    code: str
    """Told once: only its hash is kept."""


def make(user: User, household_id: UUID, now: datetime) -> Made:
    """Problems 404; 403 `owner_only`; 409 `too_many_invitations`."""
    with transaction.atomic():
        households.locked_by(user, household_id)
        household = Household.objects.get(pk=household_id)
        Invitation.objects.filter(household=household, expires_at__lte=now).delete()
        if open_of(household, now).count() >= rules.MAX_OPEN:
            raise Problem(
                409,
                "too_many_invitations",
                f"{rules.MAX_OPEN} invitations are open already.",
                "Take one back, then invite.",
            )
        code = rules.new_code(secrets.choice)
        made = Invitation.objects.create(
            household=household, made_by=user, code_hash=rules.hashed(code), expires_at=now + rules.LIFE
        )
        log.info("invited", household=str(household.pk), invitation=str(made.pk))
        return Made(made, code)


def open_of(household: Household, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(household=household, used_by=None, expires_at__gt=now).order_by("stored_at", "id")


def take_back(user: User, household_id: UUID, invitation_id: UUID) -> None:
    """It lets nobody in any more [M12]. Problems 404; 403 `owner_only`."""
    household = households.owned(user, household_id)
    deleted, _ = Invitation.objects.filter(pk=invitation_id, household=household, used_by=None).delete()
    if not deleted:
        raise not_found("This invitation")


def find(typed: str, now: datetime, by: User | None = None) -> Invitation:
    """The open invitation of this code; a used one only for who used it. Problem 404 `invitation_over`, whatever it was."""
    code = rules.typed(typed)
    found = (
        Invitation.objects.select_related("household", "made_by").filter(code_hash=rules.hashed(code), expires_at__gt=now).first()
        if code
        else None
    )
    if found is None or (found.used_by_id is not None and (by is None or found.used_by_id != by.pk)):
        raise _over()
    return found


def _over() -> Problem:
    return Problem(
        404, "invitation_over", "This invitation was used, was taken back, or is older than a day.", "Ask for a new one.",
        field="code",
    )  # fmt: skip


def join(user: User, typed: str, now: datetime) -> Membership:
    """Let this person in. The same code again by the same person is done already.

    Problems 404 `invitation_over`; 409 `guest_cannot_join`, `already_in`.
    """
    if user.guest:
        raise Problem(409, "guest_cannot_join", "A guest cannot join a household.", "Create an account, then open the link.")
    with transaction.atomic():
        invitation = find(typed, now, user)
        household = _locked(user, invitation.household)
        member = Membership.objects.filter(household=household, user=user).first()
        if member is not None:
            if invitation.used_by_id == user.pk:
                return member
            raise Problem(409, "already_in", "You are in this household already.", "Somebody else can use the invitation.")
        # one UPDATE decides between two that come at once [M15]
        used = Invitation.objects.filter(pk=invitation.pk, used_by=None).update(used_by=user)
        if not used:
            raise _over()
        member = Membership.objects.create(household=household, user=user, role=Membership.Role.MEMBER, since=now)
        touch(Touch(household.pk, "member", member.pk), Touch(household.pk, "household", household.pk))
        for one in empty_of(user, household):
            one.delete()
        log.info("joined", household=str(household.pk), invitation=str(invitation.pk))
        return member


def _locked(user: User, wanted: Household) -> Household:
    """The household, and the person's own ones with it: nobody joins those while they are looked at [M14]."""
    mine = user.memberships.values("household_id")
    locked = Household.objects.select_for_update().filter(Q(pk=wanted.pk) | Q(pk__in=mine)).order_by("id")
    found = next((one for one in locked if one.pk == wanted.pk), None)
    if found is None:
        raise _over()  # it was dropped at this instant: who made the invitation joined another
    return found


def empty_of(user: User, but: Household) -> list[Household]:
    """Households of this person alone in which nothing ever was: no bridge, no panel [M14]."""
    alone = Household.objects.annotate(people=Count("memberships")).filter(people=1)
    empty = alone.filter(bridges=None, panels=None, demo=False)
    return list(empty.filter(pk__in=user.memberships.values("household_id")).exclude(pk=but.pk).order_by("id"))
