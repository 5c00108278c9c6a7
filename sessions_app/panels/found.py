"""What a bridge's scan found, kept for some minutes: only what was found can be paired."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.panels import notes, phone_wire
from sessions_app.panels.expiry import FOUND_FOR_S
from sessions_app.panels.models import Bridge, Panel, Scan, Sighting
from sessions_app.problems import Problem


def begin(bridge: Bridge, command_id: UUID, now: Moment) -> None:
    """A scan was asked for: what an earlier one found is forgotten when this one answers."""
    Scan.objects.update_or_create(
        bridge=bridge, defaults={"command_id": command_id, "done": False, "problem": "", "at": now.wall}
    )


def take(bridge_id: UUID, found: wire.Found, now: Moment) -> None:
    """Keep what the scan found so far, and show it to the household."""
    with transaction.atomic():
        bridge = Bridge.objects.select_for_update().filter(pk=bridge_id).first()
        scan = Scan.objects.filter(bridge_id=bridge_id, command_id=found.command_id).first()
        if bridge is None or scan is None:
            return
        for panel in found.panels:
            Sighting.objects.update_or_create(
                bridge=bridge,
                found_id=panel.found_id,
                defaults={"body": panel.model_dump(mode="json"), "seen_at": now.wall},
            )
        scan.done, scan.problem, scan.at = found.done, found.problem, now.wall
        scan.save(update_fields=["done", "problem", "at"])
        if found.done:
            Sighting.objects.filter(bridge=bridge).exclude(found_id__in=[one.found_id for one in found.panels]).delete()
        notes.to_household(bridge.household_id, standing(bridge, now))


def standing(bridge: Bridge, now: Moment) -> phone_wire.FoundNote:
    """What is known to be near this bridge now."""
    scan = Scan.objects.filter(bridge=bridge).first()
    since = now.wall - timedelta(seconds=FOUND_FOR_S)
    sightings = Sighting.objects.filter(bridge=bridge, seen_at__gt=since).order_by("-seen_at", "found_id")
    paired = _paired(bridge)
    panels = [wire.FoundPanel.model_validate(one.body) for one in sightings]
    return phone_wire.FoundNote(
        bridge_id=bridge.pk,
        scanning=scan is not None and not scan.done and now.wall - scan.at < timedelta(seconds=60),
        problem=scan.problem if scan else "",
        panels=[one.model_copy(update={"paired_panel_id": _known_as(one.identity, paired)}) for one in panels],
    )


def _paired(bridge: Bridge) -> list[tuple[wire.Identity, UUID]]:
    """Which panels of the household are paired, as the server has it; the bridge's list may lag behind."""
    panels = Panel.objects.filter(household_id=bridge.household_id, removed_at__isnull=True)
    return [(wire.Identity.model_validate(one.identity), one.pk) for one in panels]


def _known_as(identity: wire.Identity | None, paired: list[tuple[wire.Identity, UUID]]) -> UUID | None:
    return next((pk for known, pk in paired if identity and identity.is_of(known)), None)


def sighted(bridge: Bridge, found_id: str, now: Moment) -> wire.FoundPanel:
    """The panel that this bridge found lately. Problem 409 `not_found_lately`."""
    since = now.wall - timedelta(seconds=FOUND_FOR_S)
    row = Sighting.objects.filter(bridge=bridge, found_id=found_id, seen_at__gt=since).first()
    if row is None:
        raise Problem(409, "not_found_lately", "This panel was not seen in the last minutes.", "Scan again, then choose it.")
    return wire.FoundPanel.model_validate(row.body)
