"""What two people, or one on two phones, do to a household at the same instant (docs/household.md, M18, M20-M22).

`test_on_postgresql` runs them again there.
"""

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from sessions_app.accounts import household as households
from sessions_app.accounts import invitations, services
from sessions_app.accounts.models import Household, Invitation, Membership, User
from sessions_app.problems import Problem
from tests import factories
from tests.sessions_app import scene

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


def alone(name: str) -> tuple[User, UUID]:
    """Somebody in an empty household of their own, and its id."""
    user: User = factories.UserFactory.create(display_name=name)
    return user, services.settle(user).household_id


def code_of(owner: User, household_id: UUID) -> str:
    return invitations.make(owner, household_id, timezone.now()).code


def codes(answers: list[Any]) -> list[str]:
    return sorted(one.code for one in answers if isinstance(one, Problem))


def test_race_M18_what_is_asked_of_a_household_dropped_at_this_instant_is_not_found() -> None:
    """Zed joins another on one phone, and on a second renames his own, invites into it, and changes his role."""
    zed, own = alone("Zed")
    wim, elsewhere = alone("Wim")
    for _ in range(TIMES):
        answers = scene.at_once(
            partial(invitations.join, zed, code_of(wim, elsewhere), timezone.now()),
            partial(households.rename, zed, own, "New"),
            partial(invitations.make, zed, own, timezone.now()),
            partial(households.change_role, zed, own, zed.pk, "owner"),
        )
        assert set(codes(answers)) <= {"not_found"}
        assert not Household.objects.filter(pk=own).exists()
        households.leave(zed, elsewhere, timezone.now())
        own = zed.memberships.get().household_id


def test_race_M18_two_who_join_each_other_end_in_one_household() -> None:
    (one, ones), (other, others) = alone("Xen"), alone("Yve")
    for _ in range(TIMES):
        answers = scene.at_once(
            partial(invitations.join, one, code_of(other, others), timezone.now()),
            partial(invitations.join, other, code_of(one, ones), timezone.now()),
        )
        assert codes(answers) in (["invitation_over"], [])
        (shared,) = {*one.memberships.values_list("household_id")} & {*other.memberships.values_list("household_id")}
        assert Membership.objects.filter(household=shared[0]).count() == 2
        leaver = one if Membership.objects.get(household=shared[0], user=one).role == "member" else other
        households.leave(leaver, shared[0], timezone.now())
        ones, others = (each.memberships.get().household_id for each in (one, other))


def test_race_M21_who_is_an_owner_no_longer_removes_nobody() -> None:
    ada, house = alone("Ada")
    home = Household.objects.get(pk=house)
    cora = factories.owner_of(home)
    for _ in range(TIMES):
        ben = factories.member_of(home)
        answers = scene.at_once(
            partial(households.change_role, ada, house, ada.pk, "member"),
            partial(households.remove, ada, house, ben.pk, timezone.now()),
        )
        assert codes(answers) in (["owner_only"], [])
        assert Membership.objects.filter(household=house, user=ben).exists() is bool(codes(answers))
        households.change_role(cora, house, ada.pk, "owner")


def test_race_M22_who_is_removed_while_joining_elsewhere_is_there_and_not_here() -> None:
    ada, house = alone("Ada")
    wim, elsewhere = alone("Wim")
    ben: User = factories.UserFactory.create()
    for _ in range(TIMES):
        Membership.objects.update_or_create(household_id=house, user=ben, defaults={"role": "member"})
        answers = scene.at_once(
            partial(households.remove, ada, house, ben.pk, timezone.now()),
            partial(invitations.join, ben, code_of(wim, elsewhere), timezone.now()),
        )
        assert codes(answers) == []
        assert elsewhere in ben.memberships.values_list("household_id", flat=True)
        assert house not in ben.memberships.values_list("household_id", flat=True)
        households.leave(ben, elsewhere, timezone.now())


def test_race_M22_who_leaves_while_inviting_leaves_no_invitation() -> None:
    _, house = alone("Ada")
    for _ in range(TIMES):
        factories.owner_of(Household.objects.get(pk=house))
        leaver: User = factories.owner_of(Household.objects.get(pk=house))
        answers = scene.at_once(
            partial(households.leave, leaver, house, timezone.now()),
            partial(invitations.make, leaver, house, timezone.now()),
            partial(invitations.make, leaver, house, timezone.now()),
        )
        assert set(codes(answers)) <= {"not_found"}
        assert not Invitation.objects.filter(made_by=leaver).exists()
