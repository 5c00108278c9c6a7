"""A session as its person sees it: what was planned, what is known of the light it brought, what was reported."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from pydantic import Field

from sessions_app.dose import Provenance
from sessions_app.strict import Instant, Schema
from sessions_app.therapy import ledger, stop_tokens
from sessions_app.therapy.history import by_nm
from sessions_app.therapy.models import LitArea, Session


class PlannedOut(Schema):
    duration_s: int
    levels_pct: dict[int, int]


class DeliveredOut(Schema):
    on_s: float
    full_level_s: float
    fluence_j_cm2: float | None = Field(description="Null where the irradiance is unknown: then no dose is claimed.")
    fluence_low_j_cm2: float | None = Field(description="How low it may be in truth, by the irradiance's provenance.")


class EnergyOut(Schema):
    at_most_j: float = Field(description="Lit area × fluence at the middle, J: an upper bound.")
    low_j: float | None = Field(description="How low it may be in truth, by the irradiance's provenance.")


class EventOut(Schema):
    at: Instant
    event: str
    detail: str


class SessionOut(Schema):
    id: UUID
    panel_id: UUID
    regimen_id: UUID | None
    sites: list[str]
    distance_cm: float
    planned: PlannedOut
    provenance: str
    state: str
    run_no: int
    attended: bool
    requested_at: Instant
    started_at: Instant | None
    ended_at: Instant | None
    end_reason: str
    off_confirmed: bool | None
    remaining_s: int = Field(description="Of the plan, by what was reported; what a resume may ask for.")
    delivered: dict[int, DeliveredOut]
    energy: dict[str, dict[int, EnergyOut] | None] = Field(
        description="By site and wavelength. Null where nobody measured the lit area: then no energy is claimed."
    )
    confirmed: bool = Field(description="False: part of it was not reported; the dose is an upper bound.")
    events: list[EventOut]
    stop_token: str | None = Field(description="Of the open run, for a phone that lost it. Null when the session has ended.")


def session_out(session: Session) -> SessionOut:
    return SessionOut.model_validate(
        {
            "id": session.pk,
            "panel_id": session.panel_id,
            "regimen_id": session.regimen_id,
            "sites": session.sites,
            "distance_cm": session.distance_cm,
            "planned": {"duration_s": session.planned_duration_s, "levels_pct": _whole(session.planned_levels_pct)},
            "provenance": session.provenance,
            "state": session.state,
            "run_no": session.run_no,
            "attended": session.attended,
            "requested_at": session.requested_at,
            "started_at": session.started_at,
            "ended_at": session.ended_at,
            "end_reason": session.end_reason,
            "off_confirmed": session.off_confirmed,
            "remaining_s": remaining_s(session),
            "delivered": delivered(session),
            "energy": energy(session),
            "confirmed": session.confirmed,
            "events": [
                {"at": one.at, "event": one.event, "detail": one.body.get("detail", "")}
                for one in session.events.order_by("stored_at", "seq")[:500]
            ],
            "stop_token": stop_token(session, session.run_no) if session.state != Session.State.ENDED else None,
        }
    )


def remaining_s(session: Session) -> int:
    """Whole seconds of the plan that were not lit yet."""
    return max(0, int(session.planned_duration_s - session.on_s))


def delivered(session: Session) -> dict[int, DeliveredOut]:
    return {nm: DeliveredOut.model_validate(one, from_attributes=True) for nm, one in _light(session).items()}


def energy(session: Session) -> dict[str, dict[int, EnergyOut] | None]:
    """By the lit area that the person measured last for this session."""
    measured = LitArea.objects.filter(user_id=session.user_id, session_id=session.pk, superseded_by=None)
    newest = measured.order_by("at", "id").last()
    found = ledger.energy(_light(session), session.sites, newest.areas_cm2 if newest else {})
    return {site: None if by_light is None else _energy_out(by_light) for site, by_light in found.items()}


def _energy_out(by_light: Mapping[int, ledger.Energy]) -> dict[int, EnergyOut]:
    return {nm: EnergyOut.model_validate(one, from_attributes=True) for nm, one in by_light.items()}


def _light(session: Session) -> dict[int, ledger.Delivered]:
    light = ledger.Seconds(on_s=session.on_s, full_level_s=by_nm(session.full_level_s) or {}, confirmed=session.confirmed)
    provenance = cast(Provenance, session.provenance)
    return ledger.by_wavelength(light, by_nm(session.irradiance_mw_cm2), provenance)


def stop_token(session: Session, run_no: int) -> str:
    """The authority to stop this run of the session."""
    token = stop_tokens.StopToken(
        user_id=session.user_id,
        bridge_id=session.panel.bridge_id,
        panel_id=session.panel_id,
        session_id=session.pk,
        run_no=run_no,
    )
    return stop_tokens.issue(token)


def _whole(levels: dict[str, float]) -> dict[int, int]:
    return {int(nm): int(level) for nm, level in levels.items()}
