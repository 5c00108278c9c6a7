"""Stops, whoever asks: the bell first, the row after. No stop ever waits for the database.

Rows are written on a thread of their own (`stop_rows`), again and again while the database does not take them.
"""

from functools import partial
from uuid import UUID, uuid5

import structlog
from django.db import transaction

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.clock import Moment
from sessions_app.panels import doorbell, hub, notes, stops
from sessions_app.panels.models import Panel
from sessions_app.therapy import closing, rules, runs, stop_rows, stop_tokens
from sessions_app.therapy.models import Run, Session
from sessions_app.therapy.rules import Wish

log = structlog.stdlib.get_logger(__name__)


async def by_token(text: str, *, emergency: bool, trace: str) -> bool:
    """Ring the bridge at once; write the row after. True when the bell was heard by an open line, or by other processes.

    Problem 403 `stop_token_invalid`. No database, no thread that anything else uses.
    """
    token = stop_tokens.read(text)
    stop = token.stop(emergency=emergency, trace=trace)
    here = await hub.here()
    channel = doorbell.bridge(token.bridge_id)
    here.say(channel, doorbell.sent(stop))
    heard = bool(here.listeners(channel)) or here.bus_up
    log.info("stop rung", session_id=str(token.session_id), emergency=emergency, heard=heard, trace=trace)
    kept_soon(token.bridge_id, stop, token.user_id, clock.now())
    return heard


def note(bridge_id: UUID, stop: wire.Stop, user_id: UUID | None, now: Moment, wish: Wish = "stop") -> None:
    """Keep the stop, cancel the start that it forestalls, and mark the run as to be stopped or paused."""
    with transaction.atomic():
        cancelled = stops.record(bridge_id, stop, user_id, now)
        if stop.session_id is not None and stop.run_no is not None:
            _mark(stop.session_id, stop.run_no, wish, now)
        for command in cancelled:
            closing.answered(command, now)
            notes.command(command)


def _mark(session_id: UUID, run_no: int, wish: Wish, now: Moment) -> None:
    found = runs.locked(session_id, run_no)
    if found is None:
        return
    session, run = found
    before = runs.now_of(run)
    after = rules.wished(before, wish)
    if after != before:
        runs.keep(session, run, after, now, reopens=before.state == "ended" and _free(session))
    if wish == "stop" and session.state == Session.State.PAUSED and run.run_no == session.run_no:
        runs.end_session(session, "client", now)


def _free(session: Session) -> bool:
    """Nobody has taken the panel since this session ended."""
    others = Session.objects.filter(panel_id=session.panel_id).exclude(state=Session.State.ENDED)
    return not others.exclude(pk=session.pk).exists()


def panel(panel: Panel, *, emergency: bool, trace: str) -> wire.Stop:
    """Ring to stop whatever is on this panel: its open session's run, or else whatever lights it. The caller keeps the row."""
    session = Session.objects.filter(panel=panel).exclude(state=Session.State.ENDED).first()
    # whoever presses again asks for the same stop: what waits for a bridge that is away does not pile up
    same = (session.pk, f"panel stop {session.run_no} {emergency}") if session else (panel.pk, f"stop {emergency}")
    stop = wire.Stop(
        command_id=uuid5(*same),
        panel_id=panel.pk,
        session_id=session.pk if session else None,
        run_no=session.run_no if session else None,
        emergency=emergency,
        trace=trace,
    )
    doorbell.send(panel.bridge_id, stop)
    return stop


def kept_soon(bridge_id: UUID, stop: wire.Stop, user_id: UUID, now: Moment) -> None:
    """Have the row of a stop written by the thread that may wait for the database."""
    stop_rows.write(partial(note, bridge_id, stop, user_id, now), stop.trace)


def pause(session: Session, user_id: UUID, trace: str, now: Moment) -> None:
    """Stop the run and keep the session open. The bell first, as with every stop; an end that comes before the wish is written is
    known as a pause by it [B28]."""
    run = Run.objects.get(session=session, run_no=session.run_no)
    stop_id = uuid5(session.pk, f"pause {run.run_no}")
    stop = wire.Stop(command_id=stop_id, panel_id=session.panel_id, session_id=session.pk, run_no=run.run_no, trace=trace)
    doorbell.send(session.panel.bridge_id, stop)
    note(session.panel.bridge_id, stop, user_id, now, wish="pause")


def person(user_id: UUID, trace: str) -> None:
    """Ring to stop every run of this person, who is about to be erased with all that is theirs: no row is kept."""
    open_ = Session.objects.exclude(state=Session.State.ENDED).filter(user_id=user_id)
    for session in open_.select_related("panel"):
        panel(session.panel, emergency=False, trace=trace)


def everything_of(user_id: UUID, trace: str, now: Moment, household_id: UUID | None = None) -> None:
    """Stop every run of this person, and end what is paused: they no longer want anything kept of them, or leave a household."""
    open_ = Session.objects.exclude(state=Session.State.ENDED).filter(user_id=user_id)
    if household_id is not None:
        open_ = open_.filter(panel__household_id=household_id)
    for session in open_.select_related("panel"):
        note(session.panel.bridge_id, panel(session.panel, emergency=False, trace=trace), user_id, now)


def bridge(bridge_id: UUID, trace: str, now: Moment) -> None:
    """Stop every run of this bridge: it is being revoked [B4]."""
    open_ = Session.objects.exclude(state=Session.State.ENDED).filter(panel__bridge_id=bridge_id)
    for session in open_.select_related("panel"):
        note(bridge_id, panel(session.panel, emergency=False, trace=trace), None, now)
