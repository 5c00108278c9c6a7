"""What the server makes and phones only read: sessions that a panel ran, panels, bridges, and who is in the household."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sessions_app.accounts.models import Household, Membership
from sessions_app.panels.models import Bridge, Panel
from sessions_app.sync.shapes import json_value
from sessions_app.therapy.history import counted
from sessions_app.therapy.models import Session


def sessions(user_id: UUID, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    return {one.id: session(one) for one in Session.objects.filter(id__in=ids, user_id=user_id).prefetch_related("runs")}


def session(one: Session) -> dict[str, Any]:
    return {
        "panel_id": str(one.panel_id),
        "regimen_id": json_value(one.regimen_id),
        "sites": one.sites,
        "distance_cm": one.distance_cm,
        "planned": {"duration_s": one.planned_duration_s, "levels_pct": one.planned_levels_pct},
        "state": one.state,
        "end_reason": one.end_reason,
        "started_at": json_value(one.started_at),
        "ended_at": json_value(one.ended_at),
        "delivered": delivered(one),
        "counts": counts(one),
        "confirmed": one.confirmed,
        "provenance": one.provenance,
    }


def counts(one: Session) -> dict[str, Any] | None:
    """What it counts for towards the limits, as the server reckons it; None where it ended without light."""
    found = counted(one)
    if found is None:
        return None
    return {"on_s": found.on_s, "fluence_j_cm2": found.fluence_j_cm2, "ends_at": json_value(found.ends_at)}


def delivered(one: Session) -> dict[str, dict[str, float | None]]:
    """By wavelength: seconds lit, seconds at full level (Σ on-time × level/100), and J/cm² or None where that is unknown."""
    at_full = one.irradiance_mw_cm2 or {}
    return {
        nm: {
            "on_s": one.on_s,
            "full_level_s": seconds,
            "fluence_j_cm2": at_full[nm] * seconds / 1000 if nm in at_full else None,
        }
        for nm, seconds in one.full_level_s.items()
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def panels(household_id: UUID, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    found = Panel.objects.filter(id__in=ids, household_id=household_id, removed_at__isnull=True)
    return {
        one.id: {
            "household_id": str(one.household_id),
            "bridge_id": str(one.bridge_id),
            "name": one.name,
            "channels": one.channels,
            "safety": one.safety,
            "confirm": one.confirm,
            "blinks": one.blinks,
            "purchased_on": _day(one.purchased_on),
            "warranty_until": _day(one.warranty_until),
            "measure_again_on": _day(one.measure_again_on),
            "virtual": one.virtual,
        }
        for one in found
    }


def bridges(household_id: UUID, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    found = Bridge.objects.filter(id__in=ids, household_id=household_id)
    return {
        one.id: {
            "household_id": str(one.household_id),
            "name": one.name,
            "software": one.software,
            "revoked": one.revoked_at is not None,
        }
        for one in found
    }


def households(household_id: UUID, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    return {one.id: {"name": one.name} for one in Household.objects.filter(id__in=ids, pk=household_id)}


def members(household_id: UUID, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """What the others of a household see of a person, and no more [M4]."""
    found = Membership.objects.filter(id__in=ids, household_id=household_id, household__demo=False)
    return {
        one.id: {
            "household_id": str(one.household_id),
            "user_id": str(one.user_id),
            "name": one.user.shown_name,
            "colour": one.user.colour,
            "role": one.role,
            "since": json_value(one.since),
        }
        for one in found.select_related("user")
    }
