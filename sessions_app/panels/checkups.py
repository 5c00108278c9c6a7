"""What a bridge's doctor found, kept until it is asked again [G60, G61]."""

from uuid import UUID

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.panels.models import Checkup


def take(bridge_id: UUID, checkup: wire.Checkup, now: Moment) -> None:
    findings = [one.model_dump(mode="json") for one in checkup.findings]
    Checkup.objects.update_or_create(bridge_id=bridge_id, defaults={"findings": findings, "at": now.wall})
