"""Who is in a household: members come, go and change roles (docs/household.md). One transaction each."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from uuid import UUID

import structlog
from django.db import transaction
from django.dispatch import Signal

from sessions_app.accounts import rules
from sessions_app.accounts.models import Household, Invitation, Membership, User
from sessions_app.accounts.services import own_home
from sessions_app.changes.services import Touch, touch
from sessions_app.problems import Problem, not_found, owner_only

Forbids = Callable[[dict[UUID, rules.Role]], rules.Refusal | None]

log = structlog.stdlib.get_logger(__name__)
member_goes = Signal()
"""Sent around the end of a membership, with `user`, `household` and `now`: later slices stop what runs for them there [M22]."""


def of(user: User, household_id: UUID) -> Household:
    """One of this person's households. Problem 404; the demo's guests have none to look at [M6]."""
    found = Household.objects.filter(pk=household_id, memberships__user=user, demo=False).first()
    if found is None:
        raise not_found("This household")
    return found


def owned(user: User, household_id: UUID) -> Household:
    """One that this person owns. Problem 404, 403 `owner_only`."""
    found = of(user, household_id)
    if not Membership.objects.filter(household=found, user=user, role=Membership.Role.OWNER).exists():
        raise owner_only()
    return found


def member_touches(user: User) -> list[Touch]:
    """What to note where this person's name or mark changed: each of their households shows it [M30]."""
    found = Membership.objects.filter(user=user, household__demo=False)
    return [Touch(one.household_id, "member", one.pk) for one in found]


def rename(user: User, household_id: UUID, name: str) -> None:
    """Problems 404; 403 `owner_only`."""
    with transaction.atomic():
        locked_by(user, household_id)
        Household.objects.filter(pk=household_id).update(name=name)
        touch(Touch(household_id, "household", household_id))


def change_role(user: User, household_id: UUID, whom: UUID, role: rules.Role) -> None:
    """Problems 404; 403 `owner_only`; 409 `is_owner`, `last_owner`."""
    with transaction.atomic():
        members = locked_by(user, household_id)
        member = _one_of(members, whom)
        _check(rules.changing(_roles(members), user.pk, whom, role))
        member.role = role
        member.save(update_fields=["role"])
        if role == "member":
            Invitation.objects.filter(household_id=household_id, made_by_id=whom, used_by=None).delete()
        touch(Touch(household_id, "member", member.pk))


def remove(user: User, household_id: UUID, whom: UUID, now: datetime) -> None:
    """An owner removes a member. Problems 404; 403 `owner_only`; 409 `is_owner`."""
    owned(user, household_id)
    _end(household_id, whom, lambda roles: rules.removing(roles, user.pk, whom), now)


def leave(user: User, household_id: UUID, now: datetime) -> None:
    """Problems 404; 409 `last_owner`, `only_person`."""
    of(user, household_id)
    _end(household_id, user.pk, lambda roles: rules.leaving(roles, user.pk), now)


def _end(household_id: UUID, whom: UUID, refusal: Forbids, now: datetime) -> None:
    before = _members(household_id)
    _one_of(before, whom)
    _check(refusal(_roles(before)))
    user = User.objects.get(pk=whom)
    member_goes.send(sender=Membership, user=user, household_id=household_id, now=now)
    with transaction.atomic():
        # a start takes this lock first too: none is under way while the membership ends. The key stays free: who joins or invites
        # somewhere at this instant refers to it, holding a household
        User.objects.select_for_update(no_key=True).get(pk=whom)
        members = _locked(household_id)
        member = _one_of(members, whom)
        _check(refusal(_roles(members)))
        gone = Touch(household_id, "member", member.pk, deleted=True)
        member.delete()
        # whoever goes may know a code that is still good
        Invitation.objects.filter(household_id=household_id, used_by=None).delete()
        touch(gone, *([] if user.memberships.exists() else own_home(user)[1]))
    member_goes.send(sender=Membership, user=user, household_id=household_id, now=now)  # for what was started between the two
    log.info("member gone", household=str(household_id), user=str(whom))


def _members(household_id: UUID) -> dict[UUID, Membership]:
    found = Membership.objects.filter(household_id=household_id, household__demo=False)
    return {one.user_id: one for one in found.order_by("since", "id")}


def locked_by(owner: User, household_id: UUID) -> dict[UUID, Membership]:
    """The members, as they stay until the end of the transaction. Problem 404 where the household was dropped meanwhile, or this
    person has left it; 403 `owner_only` where they own it no longer."""
    members = _locked(household_id)
    mine = members.get(owner.pk)
    if mine is None:
        raise not_found("This household")
    if mine.role != Membership.Role.OWNER:
        raise owner_only()
    return members


def _locked(household_id: UUID) -> dict[UUID, Membership]:
    """Nobody is in what was dropped, nor in the demo [M6]."""
    Household.objects.select_for_update().filter(pk=household_id, demo=False).first()
    return _members(household_id)


def _roles(members: dict[UUID, Membership]) -> dict[UUID, rules.Role]:
    return {user_id: cast(rules.Role, one.role) for user_id, one in members.items()}


def _one_of(members: dict[UUID, Membership], whom: UUID) -> Membership:
    found = members.get(whom)
    if found is None:
        raise not_found("This person")
    return found


def _check(refusal: rules.Refusal | None) -> None:
    if refusal is not None:
        raise Problem(refusal.status, refusal.code, refusal.sentence, refusal.next)
