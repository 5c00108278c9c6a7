"""Sessions that a restored server lacks, offered back by phones [Y55]."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from sessions_app.accounts.models import User
from sessions_app.changes.services import Touch, touch
from sessions_app.strict import Instant, Schema
from sessions_app.sync import refusals
from sessions_app.sync.bodies import MAX_LOGGED_S, DistanceCm, PastInstant, Percent, Sites, Wavelength
from sessions_app.sync.entities import ServedEntity
from sessions_app.sync.ops import Offer
from sessions_app.sync.shapes import read_body
from sessions_app.therapy.models import Session, SessionLog

Seconds = Annotated[float, Field(ge=0, le=MAX_LOGGED_S)]


class Delivered(Schema):
    on_s: Seconds
    full_level_s: Seconds
    fluence_j_cm2: Annotated[float, Field(ge=0, le=10_000)] | None


class Counts(Schema):
    on_s: Seconds
    fluence_j_cm2: Annotated[float, Field(ge=0, le=10_000)] | None
    ends_at: Instant | None


class Planned(Schema):
    duration_s: int
    levels_pct: dict[Wavelength, Percent]


class Ran(Schema):
    """The body of a `session`, as the server once sent it."""

    panel_id: UUID | None
    regimen_id: UUID | None
    sites: Annotated[Sites, Field(min_length=1)]
    distance_cm: DistanceCm
    planned: Planned
    state: str
    end_reason: str
    started_at: PastInstant | None
    ended_at: Instant | None
    delivered: dict[Wavelength, Delivered]
    counts: Counts | None = None
    """Younger than the first phones. What was delivered says it again."""
    confirmed: bool
    provenance: str


def take(entity: ServedEntity, user: User, op: Offer, now: datetime) -> None:
    """Keep an offered session as history, so that its dose counts; other things of the server's are not taken from phones.

    It becomes a `session_log` marked `restored`: there is no panel, clearance or journal behind it any more.
    """
    if entity.name != "session":
        raise refusals.not_writable()
    if Session.objects.filter(pk=op.id, user=user).exists() or SessionLog.objects.filter(pk=op.id, user=user).exists():
        return
    body = read_body(Ran, op.body or {}, now)
    assert isinstance(body, Ran)  # noqa: S101 - for the types
    lit = max((one.on_s for one in body.delivered.values()), default=0.0)
    if body.started_at is None or lit <= 0:
        return
    SessionLog.objects.create(
        id=op.id,
        user=user,
        sites=body.sites,
        started_at=body.started_at,
        duration_s=max(1, round(lit)),
        distance_cm=body.distance_cm,
        panel_id=body.panel_id,
        regimen_id=body.regimen_id,
        how="restored",
        restored=True,
        **_light(body, lit),
    )
    touch(Touch(user.id, "session_log", op.id))


def _light(body: Ran, lit_s: float) -> dict[str, Any]:
    """Mean level in % and irradiance at full level in mW/cm², such that they give the fluence that was told."""
    levels = {nm: min(100, max(1, round(100 * one.full_level_s / lit_s))) for nm, one in body.delivered.items()}
    known = all(one.fluence_j_cm2 is not None and one.fluence_j_cm2 > 0 for one in body.delivered.values())
    irradiance = {
        nm: (one.fluence_j_cm2 or 0) * 1000 / (max(1, round(lit_s)) * levels[nm] / 100) for nm, one in body.delivered.items()
    }
    return {"levels_pct": levels, "irradiance_mw_cm2": irradiance if known else None}
