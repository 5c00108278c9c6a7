"""End runs of which nobody will tell any more: answered without light, unknown to the journal, or silent for too long.

Nothing here can start one, so a worker may call it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.panels import expiry, notes
from sessions_app.panels.models import Command, Panel
from sessions_app.panels.ports import Begun
from sessions_app.panels.presence import is_online
from sessions_app.therapy import clock_mark, rules, runs
from sessions_app.therapy.jumps import Jump
from sessions_app.therapy.models import Run, Session

log = structlog.stdlib.get_logger(__name__)


def answered(command: Command, now: Moment) -> None:
    """A command was answered, has expired or was cancelled. What that means for its run, if it was a start."""
    if command.kind != "start" or command.code == "ok" or command.session_id is None or command.run_no is None:
        return
    with transaction.atomic():
        found = runs.locked(command.session_id, command.run_no)
        if found is None:
            return
        session, run = found
        before = runs.now_of(run)
        after = rules.after_answer(before, command.code, run.heard_at is not None, now.wall)
        if after != before:
            runs.keep(session, run, after, now, keeps_pause=_keeps_pause(run, command.code))
            log.info("run ended without light", code=command.code, session_id=str(session.pk), trace=command.trace)


def _keeps_pause(run: Run, code: str) -> bool:
    return run.run_no > 1 and code in rules.MAY_TRY_AGAIN


def caught_up(bridge_id: UUID, hello: wire.Hello, begun: Begun, at: Moment) -> None:
    """All that the journal held at that hello is stored: settle the runs that it does not know [B44].

    A run granted before that hello was never lit; of a journal that is lost, every run counts in full.
    """
    open_runs = {(one.session_id, one.run_no) for one in hello.open_runs}
    candidates = Run.objects.exclude(state=Run.State.ENDED).filter(session__panel__bridge_id=bridge_id)
    for session_id, run_no in candidates.values_list("session_id", "run_no"):
        if (session_id, run_no) not in open_runs:
            _settle(session_id, run_no, begun, at)


def _settle(session_id: UUID, run_no: int, begun: Begun, at: Moment) -> None:
    with transaction.atomic():
        found = runs.locked(session_id, run_no)
        if found is None or found[1].state == Run.State.ENDED:
            return
        session, run = found
        command = Command.objects.filter(pk=run.command_id).first()
        if command is not None and (command.granted_at is None or command.granted_at > at.wall):
            return  # not granted yet, or only after this hello
        before = runs.now_of(run)
        if begun.known and run.heard_at is None:
            after = rules.never_lit(before, "late", at.wall)
        else:
            after = rules.lost(before, bounded=_bounded(session), now=at.wall)
        runs.keep(session, run, after, at, keeps_pause=run.heard_at is None and run.run_no > 1)
        log.warning("run settled by what the journal does not know", session_id=str(session_id), run_no=run_no)


def sweep(now: Moment) -> None:
    """The net below everything: close what expired, say `unknown` of what nobody reports, and end it at last."""
    for command in (*expiry.expire(now), *expiry.unanswered(now)):
        answered(command, now)
        notes.command(command)
    open_runs = list(Run.objects.exclude(state=Run.State.ENDED).values_list("session_id", "run_no"))
    ahead = clock_mark.jumps_by(now) if open_runs else ()
    for session_id, run_no in open_runs:
        _look_at(session_id, run_no, now, ahead)
    long_ago = now.wall - timedelta(seconds=rules.PAUSE_ENDS_S)
    for session_id in Session.objects.filter(state=Session.State.PAUSED).values_list("pk", flat=True):
        _end_pause(session_id, long_ago, now)


def _look_at(session_id: UUID, run_no: int, now: Moment, ahead: Sequence[Jump]) -> None:
    with transaction.atomic():
        found = runs.locked(session_id, run_no)
        if found is None:
            return
        session, run = found
        before = runs.now_of(run)
        bounded = _bounded(session)
        if rules.overdue(before, bounded=bounded, now=now.wall, jumps=ahead):
            runs.keep(session, run, rules.lost(before, bounded=bounded, now=now.wall), now)
            log.warning("run ended unreported", session_id=str(session_id), run_no=run_no)
        elif before.state not in {"unknown", "ended", "requested"} and not is_online(session.panel.bridge, now.wall):
            runs.keep(session, run, rules.unheard(before), now)


def _end_pause(session_id: UUID, long_ago: datetime, now: Moment) -> None:
    with transaction.atomic():
        session = Session.objects.select_for_update().get(pk=session_id)
        last = session.runs.order_by("-run_no").first()
        if session.state == Session.State.PAUSED and (last is None or last.ended_at is None or last.ended_at < long_ago):
            runs.end_session(session, "client", now)


def _bounded(session: Session) -> bool:
    """The panel ends a run by itself, whatever becomes of the bridge."""
    return session.panel.safety != Panel.Safety.NONE
