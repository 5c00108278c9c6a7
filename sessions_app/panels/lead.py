"""Who leads a panel where a household has several bridges: heard, judged by `leading`, handed over only while it is dark.

Knows no way to light a lamp.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.changes.services import Touch, touch
from sessions_app.clock import Moment
from sessions_app.panels import doorbell, presence
from sessions_app.panels.leading import Ear, leader
from sessions_app.panels.models import Bridge, Panel

log = structlog.stdlib.get_logger(__name__)
OFF_UNPROVEN_FOR: Final = timedelta(minutes=10)
"""A panel whose last session was not confirmed off stays with the bridge that tries to turn it off, for so long."""


def heard(bridge_id: UUID, message: wire.Heard, now: Moment) -> None:
    """Keep how well the bridge hears the panels of its household, and hand over those that another hears clearly better."""
    with transaction.atomic():
        bridge = Bridge.objects.select_for_update().get(pk=bridge_id)
        theirs = set(Panel.objects.filter(household_id=bridge.household_id, removed_at=None).values_list("pk", flat=True))
        told = [one for one in message.panels if one.panel_id in theirs]
        kept = {panel_id: one for panel_id, one in bridge.hears.items() if UUID(panel_id) in theirs}
        kept |= {str(one.panel_id): {"rssi_dbm": one.rssi_dbm, "at": now.wall.isoformat()} for one in told}
        bridge.hears = kept
        bridge.save(update_fields=["hears"])
    for one in told:
        consider(one.panel_id, now)


def consider(panel_id: UUID, now: Moment) -> bool:
    """Hand the panel over if another bridge is to lead it and no session holds it. Whether it was."""
    with transaction.atomic():
        panel = Panel.objects.select_for_update().get(pk=panel_id)
        before = panel.bridge_id
        wanted = leader(before, _ears(panel, now.wall))
        if wanted == before or _held(panel, now.wall):
            return False
        panel.bridge_id, panel.lease = wanted, panel.lease + 1
        panel.save(update_fields=["bridge", "lease"])
        touch(Touch(panel.household_id, "panel", panel.pk))
        transaction.on_commit(lambda: tell([before, wanted]))
    log.info("panel handed over", panel_id=str(panel_id), to=str(wanted), lease=panel.lease)
    return True


def _ears(panel: Panel, now: datetime) -> list[Ear]:
    bridges = Bridge.objects.filter(household_id=panel.household_id, revoked_at=None)
    return [
        Ear(one.pk, said["rssi_dbm"], now - datetime.fromisoformat(said["at"]), presence.is_online(one, now))
        for one in bridges
        if (said := one.hears.get(str(panel.pk))) is not None
    ]


def _held(panel: Panel, now: datetime) -> bool:
    """A session, a pause too, leases the panel and its bridge; so does an off that is still being tried [B72]."""
    sessions = panel.sessions.all()
    unproven = sessions.filter(state="ended", off_confirmed=False, ended_at__gt=now - OFF_UNPROVEN_FOR)
    return sessions.exclude(state="ended").exists() or unproven.exists()


def tell(bridge_ids: Iterable[UUID]) -> None:
    """Give these bridges their whole list anew."""
    for bridge_id in bridge_ids:
        panels = [one.model_dump(mode="json") for one in presence.paired(bridge_id)]
        doorbell.say(doorbell.bridge(bridge_id), {"panels": panels})


def tell_household(household_id: UUID, *, but: UUID | None = None) -> None:
    """Its bridges learn what has changed for them: a panel, or that there is another bridge."""
    bridges = Bridge.objects.filter(household_id=household_id, revoked_at=None).values_list("pk", flat=True)
    tell(bridge_id for bridge_id in bridges if bridge_id != but)
