"""Every bridge and panel is reached through its household; what is another's is not there."""

from uuid import UUID

from django.db.models import QuerySet

from sessions_app.accounts.models import Household, Membership, User
from sessions_app.clock import Moment
from sessions_app.panels.models import Bridge, Panel
from sessions_app.panels.presence import is_online
from sessions_app.problems import Problem, not_found, owner_only


def panels_of(user: User) -> QuerySet[Panel]:
    mine = Panel.objects.filter(household__memberships__user=user, removed_at__isnull=True)
    return mine.select_related("household", "bridge").order_by("paired_at", "id")


def panel_of(user: User, panel_id: UUID) -> Panel:
    """One of the panels that this person may run. Problem 404."""
    panel = panels_of(user).filter(pk=panel_id).first()
    if panel is None:
        raise not_found("This panel")
    refuse_real_light_to_guests(user, virtual=panel.virtual)
    return panel


def bridges_of(user: User) -> QuerySet[Bridge]:
    mine = Bridge.objects.filter(household__memberships__user=user, revoked_at__isnull=True)
    return mine.select_related("household").order_by("stored_at", "id")


def bridge_of(user: User, bridge_id: UUID) -> Bridge:
    """One of the bridges of this person's households. Problem 404."""
    bridge = bridges_of(user).filter(pk=bridge_id).first()
    if bridge is None:
        raise not_found("This bridge")
    return bridge


def owns(user: User, household: Household) -> None:
    """Problem 403 `owner_only` where the person is only a member."""
    if not Membership.objects.filter(user=user, household=household, role=Membership.Role.OWNER).exists():
        raise owner_only()


def is_there(bridge: Bridge, now: Moment) -> bool:
    """The bridge's line is open, as far as anybody knows."""
    return is_online(bridge, now.wall)


def refuse_real_light_to_guests(user: User, *, virtual: bool) -> None:
    """A guest, of whom nobody knows anything, runs virtual panels only."""
    if user.guest and not virtual:
        raise Problem(403, "guest_only_virtual", "A guest can only run the virtual panel.", "Make an account to run a real one.")
