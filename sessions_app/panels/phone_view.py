"""What a phone's line asks of the database."""

from collections.abc import Iterable
from uuid import UUID

from sessions_app.clock import Moment
from sessions_app.panels.models import Bridge, Panel
from sessions_app.panels.phone_wire import BridgeNote
from sessions_app.panels.presence import is_online


def bridges(household_ids: Iterable[UUID], now: Moment) -> list[BridgeNote]:
    """Which bridges are there, for a line that was just opened."""
    rows = Bridge.objects.filter(household_id__in=household_ids, revoked_at__isnull=True).order_by("stored_at", "id")
    return [BridgeNote(bridge_id=one.pk, online=is_online(one, now.wall)) for one in rows]


def bridge_of_panel(household_ids: Iterable[UUID], panel_id: UUID) -> UUID | None:
    """The bridge that leads this panel, if it is one of these households' panels."""
    found = Panel.objects.filter(pk=panel_id, household_id__in=household_ids, removed_at__isnull=True)
    return found.values_list("bridge_id", flat=True).first()
