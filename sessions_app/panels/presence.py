"""Which bridges are there: the one line of each that counts, kept in its row so that every process can tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.changes.services import Touch, touch
from sessions_app.clock import Moment
from sessions_app.panels.models import Bridge, Panel
from sessions_app.panels.offload import in_few_sizes

SEEN_EVERY_S: Final = 30
AWAY_AFTER_S: Final = 90
"""A line whose process died without a word counts as away after this long."""


@dataclass(frozen=True, slots=True)
class Opened:
    household_id: UUID
    panels: list[wire.PairedPanel]


def open_line(bridge_id: UUID, line_id: UUID, hello: wire.Hello, now: Moment) -> Opened | None:
    """This line is now the one that counts. None when the bridge was revoked meanwhile."""
    with transaction.atomic():
        bridge = Bridge.objects.select_for_update().filter(pk=bridge_id, revoked_at__isnull=True).first()
        if bridge is None:
            return None
        if bridge.software != hello.software:
            touch(Touch(bridge.household_id, "bridge", bridge.id))
        bridge.line_id, bridge.last_seen_at = line_id, now.wall
        bridge.software, bridge.radios = hello.software, hello.radios
        bridge.save(update_fields=["line_id", "last_seen_at", "software", "radios"])
        return Opened(bridge.household_id, paired(bridge_id))


def close_line(bridge_id: UUID, line_id: UUID) -> bool:
    """The line is gone. False when another one counts already: then nothing was changed."""
    return Bridge.objects.filter(pk=bridge_id, line_id=line_id).update(line_id=None) == 1


def outdated(lines: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """Of these (bridge, line) the bridges whose line no longer counts: another one does, or the bridge was revoked [B3, B4]."""
    mine = dict(lines)
    counted = set()
    for some in in_few_sizes(mine):
        rows = Bridge.objects.filter(pk__in=some, revoked_at__isnull=True).values_list("pk", "line_id")
        counted |= {pk for pk, line_id in rows if mine[pk] == line_id}
    return set(mine) - counted


def seen(bridge_ids: Iterable[UUID], now: Moment) -> None:
    """Note that the lines of these bridges are still open."""
    for some in in_few_sizes(bridge_ids):
        Bridge.objects.filter(pk__in=some, line_id__isnull=False).update(last_seen_at=now.wall)


def is_online(bridge: Bridge, now: datetime) -> bool:
    """Its line is open, as far as anybody knows."""
    if bridge.line_id is None or bridge.last_seen_at is None or bridge.revoked_at is not None:
        return False
    return now - bridge.last_seen_at < timedelta(seconds=AWAY_AFTER_S)


def paired(bridge_id: UUID) -> list[wire.PairedPanel]:
    """The panels of this bridge, as it is told of them; with other bridges in the household, theirs too [B70]."""
    bridge = Bridge.objects.get(pk=bridge_id)
    shared = Bridge.objects.filter(household_id=bridge.household_id, revoked_at=None).exclude(pk=bridge_id).exists()
    panels = Panel.objects.filter(household_id=bridge.household_id, removed_at__isnull=True).order_by("paired_at", "id")
    return [
        wire.PairedPanel(
            panel_id=panel.id,
            name=panel.name,
            identity=wire.Identity.model_validate(panel.identity),
            channels=[
                wire.Channel(wavelength_nm=one["wavelength_nm"], min_pct=one["min_pct"], max_pct=one["max_pct"])
                for one in panel.channels
            ],
            leads=panel.bridge_id == bridge_id,
            shared=shared,
            lease=panel.lease,
        )
        for panel in panels
        if shared or panel.bridge_id == bridge_id
    ]
