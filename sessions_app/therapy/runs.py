"""Runs as rows: read one, write one, and keep its session's sums and state in step. Knows no way to start one."""

from typing import cast
from uuid import UUID

import structlog

from sessions_app.changes.services import Touch, touch
from sessions_app.clock import Moment
from sessions_app.panels import notes, stops
from sessions_app.panels.phone_wire import SessionNote
from sessions_app.therapy import ledger, rules
from sessions_app.therapy.history import by_nm
from sessions_app.therapy.models import Run, Session
from sessions_app.therapy.rules import RunNow

log = structlog.stdlib.get_logger(__name__)


def locked(session_id: UUID, run_no: int) -> tuple[Session, Run] | None:
    """The session, locked until the end of the transaction, and its run."""
    session = Session.objects.select_for_update().select_related("panel").filter(pk=session_id).first()
    run = Run.objects.filter(session_id=session_id, run_no=run_no).first() if session else None
    return (session, run) if session and run else None


def now_of(run: Run) -> RunNow:
    return RunNow(
        state=cast(rules.RunState, run.state),
        wish=cast(rules.Wish, run.wish),
        duration_s=run.duration_s,
        highest_pct=by_nm(run.highest_pct) or {},
        requested_at=run.requested_at,
        began_at=run.began_at,
        ended_at=run.ended_at,
        end_reason=run.end_reason,
        off_confirmed=run.off_confirmed,
        light=ledger.Seconds(on_s=run.on_s, full_level_s=by_nm(run.full_level_s) or {}, confirmed=run.confirmed),
        assumed_s=run.assumed_s,
        partly_told=run.partly_told,
    )


def keep(session: Session, run: Run, after: RunNow, now: Moment, *, keeps_pause: bool = False, reopens: bool = False) -> None:
    """Write the run as it is after something happened, and its session with it. In the caller's transaction.

    `reopens`: the session's end was a pause, as is known now.
    """
    run.state, run.wish = after.state, after.wish
    run.began_at, run.ended_at = after.began_at, after.ended_at
    run.end_reason, run.off_confirmed = after.end_reason, after.off_confirmed
    run.on_s, run.confirmed, run.assumed_s = after.light.on_s, after.light.confirmed, after.assumed_s
    run.full_level_s = {str(nm): seconds for nm, seconds in after.light.full_level_s.items()}
    run.save()
    if after.state == "ended":
        stops.settle(session.pk, run.run_no, now)
    if run.run_no == session.run_no:
        _lead(session, after, keeps_pause=keeps_pause, reopens=reopens)
    _sum(session)
    session.save()
    tell(session)


def _lead(session: Session, after: RunNow, *, keeps_pause: bool, reopens: bool) -> None:
    """The newest run leads its session. A session that has ended stays so."""
    if session.state != Session.State.ENDED or reopens:
        session.state = rules.session_state(after, keeps_pause=keeps_pause)
    if reopens and session.state != Session.State.ENDED:
        session.ended_at, session.end_reason, session.off_confirmed = None, "", None
    if session.started_at is None:
        session.started_at = after.began_at
    if session.state == Session.State.ENDED:
        session.ended_at, session.end_reason, session.off_confirmed = after.ended_at, after.end_reason, after.off_confirmed


def _sum(session: Session) -> None:
    parts = []
    for run in session.runs.all():
        one = now_of(run)
        parts += [one.light, ledger.unreported(one.assumed_s, one.highest_pct)] if one.assumed_s else [one.light]
    whole = ledger.together(parts)
    session.on_s, session.confirmed = whole.on_s, whole.confirmed
    session.full_level_s = {str(nm): seconds for nm, seconds in whole.full_level_s.items()}


def end_session(session: Session, reason: str, now: Moment) -> None:
    """End a session of which no run is lit: it was paused. In the caller's transaction."""
    session.state, session.end_reason = Session.State.ENDED, reason
    last = session.runs.order_by("-run_no").first()
    session.ended_at = (last.ended_at if last else None) or now.wall
    session.off_confirmed = last.off_confirmed if last else None
    session.save()
    tell(session)


def tell(session: Session) -> None:
    """Phones of the person pull it, and those that look at it are shown it."""
    touch(Touch(session.user_id, "session", session.pk))
    notes.to_person(session.user_id, note(session))


def note(session: Session) -> SessionNote:
    return SessionNote.model_validate(
        {
            "session_id": session.pk,
            "panel_id": session.panel_id,
            "state": session.state,
            "run_no": session.run_no,
            "end_reason": session.end_reason,
            "off_confirmed": session.off_confirmed,
            "on_s": session.on_s,
            "full_level_s": by_nm(session.full_level_s),
            "confirmed": session.confirmed,
        }
    )
