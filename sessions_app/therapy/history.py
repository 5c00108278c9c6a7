"""The light a person has had, or may still get: what the ceilings count. Read from the database, decided by nobody here.

Open sessions count in full, as planned; written-down ones by what was written; what was superseded not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from ble_bridge.contract import limits
from sessions_app.accounts.models import User
from sessions_app.base import made_at
from sessions_app.therapy import ledger
from sessions_app.therapy.jumps import Jump, all_of, counted_from
from sessions_app.therapy.models import Run, Session, SessionLog
from sessions_app.therapy.values import Exposure

REACH: Final = timedelta(days=8)
"""How far back is read: the longest window and a day."""
SLACK: Final = timedelta(milliseconds=limits.COMMAND_LIFE_MS + limits.CONFIRM_WITHIN_MS)
"""How long after it was asked for a run may still begin."""


def exposures_of(user: User, now: datetime, jumps: Sequence[Jump] = ()) -> tuple[Exposure, ...]:
    """Every exposure that a ceiling may count at `now` (UTC). What was before a jump of the clock counts as later [D21]."""
    since = now - REACH - all_of(jumps)
    sessions = Session.objects.filter(user=user).filter(~Q(state=Session.State.ENDED) | Q(ended_at__gt=since) | Q(ended_at=None))
    logs = SessionLog.objects.filter(user=user, superseded_by=None).filter(Q(started_at__gt=since) | Q(stored_at__gt=since))
    found = [of_session(session, now) for session in sessions.prefetch_related("runs")]
    found += [of_log(log) for log in logs]
    lit = [replace(one, ended_at=counted_from(one.ended_at, jumps)) for one in found if one is not None]
    return tuple(sorted(lit, key=lambda one: one.ended_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a session counts for: an open one as planned, with what it had. Phones are told it, so that they count the same."""

    on_s: float
    fluence_j_cm2: float | None
    """All wavelengths together; None where the irradiance is unknown."""
    ends_at: datetime | None
    """When its light ends at the latest; None before anything of it has begun."""


def counted(session: Session) -> Counted | None:
    """None for a session that ended without light."""
    runs = list(session.runs.all())
    light = ledger.together(of_run(run) for run in runs) if runs else _stored(session)
    still_open = session.state != Session.State.ENDED
    if light.on_s == 0 and not still_open:
        return None
    ends = [end_of(run) for run in runs] + ([session.ended_at] if session.ended_at else [])
    fluence = ledger.total_j_cm2(light, by_nm(session.irradiance_mw_cm2))
    return Counted(on_s=light.on_s, fluence_j_cm2=fluence, ends_at=max(ends, default=None))


def of_session(session: Session, now: datetime) -> Exposure | None:
    """None for a session that ended without light. One that is open ends now at the earliest."""
    found = counted(session)
    if found is None:
        return None
    ends_at = found.ends_at or now
    return Exposure(
        session_id=str(session.id),
        sites=tuple(session.sites),
        ended_at=ends_at if session.state == Session.State.ENDED else max(ends_at, now),
        on_s=found.on_s,
        fluence_j_cm2=found.fluence_j_cm2,
    )


def of_run(run: Run) -> ledger.Seconds:
    """What a run brought; while it is open all of its plan, at the highest level asked for."""
    highest = by_nm(run.highest_pct) or {}
    if run.state != Run.State.ENDED:
        return ledger.unreported(max(run.duration_s, run.on_s + run.assumed_s), highest)
    told = ledger.Seconds(on_s=run.on_s, full_level_s=by_nm(run.full_level_s) or {}, confirmed=run.confirmed)
    return ledger.together([told, ledger.unreported(run.assumed_s, highest)]) if run.assumed_s else told


def of_log(log: SessionLog) -> Exposure:
    """A session that was written down: in full, at the levels that were written, else at 100 %."""
    ended_at = log.started_at + timedelta(seconds=log.duration_s)
    return Exposure(
        session_id=f"log {log.id}",  # never that of a session, whose own light is let off the gap
        sites=tuple(log.sites),
        ended_at=latest_end(ended_at, made_at(log.id), log.known_at),
        on_s=float(log.duration_s),
        fluence_j_cm2=_fluence_of_log(log),
    )


def latest_end(claimed: datetime, made: datetime | None, stored: datetime) -> datetime:
    """The latest that something can have ended which a phone's clock says ended at `claimed`.

    The phone wrote it down at `made` by the same clock, so its age then is known whatever that clock showed; and the server
    had it by `stored`. The later of the claim and that bound counts: the more restrictive of both clocks.
    """
    age = max(timedelta(0), made - claimed) if made else timedelta(0)
    return max(claimed, stored - age)


def by_nm(stored: Mapping[str, Any] | None) -> dict[int, float] | None:
    """A JSON object by wavelength with numbers for keys."""
    return None if stored is None else {int(key): float(value) for key, value in stored.items()}


def _stored(session: Session) -> ledger.Seconds:
    full = by_nm(session.full_level_s) or {}
    return ledger.Seconds(on_s=session.on_s, full_level_s=full, confirmed=session.confirmed)


def end_of(run: Run) -> datetime:
    """When its light ended; of an open one when it ends at the latest."""
    if run.state == Run.State.ENDED:
        return run.ended_at or run.requested_at + SLACK + timedelta(seconds=run.duration_s)
    return (run.began_at or run.requested_at + SLACK) + timedelta(seconds=run.duration_s)


def _fluence_of_log(log: SessionLog) -> float | None:
    irradiance = by_nm(log.irradiance_mw_cm2)
    levels = by_nm(log.levels_pct)
    if irradiance is None:
        return None
    lit: Iterable[int] = irradiance if levels is None else [nm for nm, pct in levels.items() if pct > 0]
    full_level_s = {nm: log.duration_s * (100.0 if levels is None else levels[nm]) / 100 for nm in lit}
    return ledger.total_j_cm2(ledger.Seconds(on_s=log.duration_s, full_level_s=full_level_s), irradiance)
