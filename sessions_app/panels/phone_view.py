"""What a phone's line asks of the database."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sessions_app.clock import Moment
from sessions_app.panels import phone_auth
from sessions_app.panels.models import Bridge, Panel
from sessions_app.panels.phone_wire import BridgeNote
from sessions_app.panels.presence import is_online

OWN_ONLY: Final = ("session_id", "levels_pct", "elapsed_on_s")
"""What a panel's state tells of the dose: only to the person whose session it is [M4]."""


def seen_by(who: phone_auth.Who, state: dict[str, Any], person: str | None) -> dict[str, Any]:
    """A panel's state for this line: whose session it is the household sees, what it brings only its person."""
    mine = person == str(who.user_id)
    hidden = {} if mine or state["session_id"] is None else dict.fromkeys(OWN_ONLY)
    return {**state, **hidden, "mine": mine, "person_id": person if mine or not who.guest else None}


def bridges(household_ids: Iterable[UUID], now: Moment) -> list[BridgeNote]:
    """Which bridges are there, for a line that was just opened."""
    rows = Bridge.objects.filter(household_id__in=household_ids, revoked_at__isnull=True).order_by("stored_at", "id")
    return [BridgeNote(bridge_id=one.pk, online=is_online(one, now.wall)) for one in rows]


def bridge_of_panel(household_ids: Iterable[UUID], panel_id: UUID) -> UUID | None:
    """The bridge that leads this panel, if it is one of these households' panels."""
    found = Panel.objects.filter(pk=panel_id, household_id__in=household_ids, removed_at__isnull=True)
    return found.values_list("bridge_id", flat=True).first()
