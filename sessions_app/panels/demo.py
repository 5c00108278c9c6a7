"""The demo's own panel, found and paired by the instance through the ordinary services (docs/decisions/demo-household.md)."""

from typing import Final

from django.db import transaction

from ble_bridge.contract import wire
from sessions_app import trace
from sessions_app.accounts.services import demo_household
from sessions_app.base import new_id
from sessions_app.clock import Moment
from sessions_app.panels import commands, found, presence, services
from sessions_app.panels.models import Bridge, Panel
from sessions_app.panels.rules import ChannelLight, Measured

NAME: Final = "Demo panel"
LIGHT: Final = (
    ChannelLight(660, (Measured(15, 20.0), Measured(30, 15.0)), "claim"),
    ChannelLight(850, (Measured(15, 9.5), Measured(30, 7.0)), "claim"),
)
"""A panel that does not exist has the strength that is said of it; said so by its provenance. In mW/cm² at level 100 %."""


def bridge() -> Bridge | None:
    """The demo household's bridge, the one let in last."""
    return Bridge.objects.filter(household=demo_household(), revoked_at__isnull=True).order_by("-stored_at", "-id").first()


def is_there(now: Moment) -> bool:
    """Its line is open."""
    found_bridge = bridge()
    return found_bridge is not None and presence.is_online(found_bridge, now.wall)


def is_paired() -> bool:
    its = bridge()
    return its is not None and Panel.objects.filter(bridge=its, removed_at__isnull=True).exists()


def look(its: Bridge, now: Moment) -> None:
    """Let the demo's bridge scan; nobody asked for it, so the command has no user."""
    with transaction.atomic():
        order = commands.Order(bridge_id=its.pk, user_id=None, args=wire.ScanArgs(), trace=trace.current())
        found.begin(its, commands.order(order, now).pk, now)


def pair_found(its: Bridge, now: Moment) -> Panel | None:
    """Pair the virtual panel that the scan found; None while there is none."""
    seen = [one for one in found.standing(its, now).panels if one.virtual and one.connectable and one.identity]
    if not seen:
        return None
    return services.pair(its, services.Pairing(panel_id=new_id(), found_id=seen[0].found_id, name=NAME, light=LIGHT), now)
