"""What each command, word of the server and word of the journal means for the session machine. Pure.

A handler only takes in what happened; what is due next is decided in one place, `run_drive`. Numbers in brackets are rules of
`docs/bridge.md`.
"""

from dataclasses import replace
from typing import Final

from ble_bridge import run_dose as dose
from ble_bridge.contract import limits
from ble_bridge.run_levels import retarget
from ble_bridge.run_limits import Refusal, refuse_change, refuse_start
from ble_bridge.run_model import Meter, PendingLevels, Run
from ble_bridge.run_off import owe_stop
from ble_bridge.run_turn import Turn, remember
from ble_bridge.run_words import (
    Closing,
    IdentifyGranted,
    KeepStop,
    LevelsGranted,
    Recorded,
    Reply,
    Restored,
    StartGranted,
    StillHere,
    StopAsked,
    StopsRestored,
    Unpaired,
    Watched,
    token_of,
)

WATCH_MS: Final = 30_000
"""A watch that is not renewed lapses after this [B50]."""
EVERY_RUN: Final = 1_000
"""The highest `run_no` there can be."""


def on_start(turn: Turn, event: StartGranted) -> None:
    refusal = _refuse_start(turn, event)
    if refusal is not None or event.clearance is None:
        code, detail = refusal or Refusal("no_clearance", "")
        turn.effects.append(Reply(event.command_id, False, code, detail[:300], event.trace))
        return
    args = event.args
    turn.set(
        run=Run(
            args=args,
            clearance=event.clearance,
            trace=event.trace,
            token=token_of(args.session_id, args.run_no),
            command_id=event.command_id,
            not_after_ms=event.claimed_ms + event.life_ms,
            phase="requested",
            since_ms=turn.now_ms,
            target=dict(args.levels_pct),
        )
    )


def _refuse_start(turn: Turn, event: StartGranted) -> Refusal | None:
    state, args = turn.state, event.args
    if state.closing:
        return Refusal("stopped", "the bridge is ending")
    late = _too_late(turn, event)
    if late:
        return late
    if _stopped_before(turn, event):
        return Refusal("stopped", "a stop came first")
    refusal = refuse_start(args, event.clearance, None)
    if refusal:
        return refusal
    if state.run is not None:
        return Refusal("busy", "a session is under way on this panel")
    if state.started.get(args.session_id, 0) >= args.run_no:
        return Refusal("repeated", f"run {args.run_no} of this session was started before")
    return None


def _too_late(turn: Turn, event: StartGranted | LevelsGranted | IdentifyGranted) -> Refusal | None:
    """B12: the grant came soon after the claim, and life remains."""
    if not 0 <= turn.now_ms - event.claimed_ms <= limits.GRANT_WITHIN_MS:
        return Refusal("late", "the grant came too long after the claim")
    if turn.now_ms >= event.claimed_ms + event.life_ms:
        return Refusal("late", "the command's life was over")
    return None


def _stopped_before(turn: Turn, event: StartGranted) -> bool:
    """B14: the run was stopped by name, or a stop came after the claim for it was sent."""
    state, session_id = turn.state, event.args.session_id
    return state.stopped_ms >= event.claimed_ms or state.stopped.get(session_id, 0) >= event.args.run_no


def on_levels(turn: Turn, event: LevelsGranted) -> None:
    refusal = _too_late(turn, event) or _refuse_levels(turn, event)
    run, facts = turn.state.run, turn.state.facts
    if refusal or run is None or facts is None:
        code, detail = refusal or Refusal("no_run", "")
        turn.effects.append(Reply(event.command_id, False, code, detail[:300], event.trace))
        return
    turn.settle_levels("superseded", "a later change came before the panel showed this one")
    changed = retarget(run, {**run.target, **event.args.levels_pct}, facts, turn.now_ms)
    pending = PendingLevels(event.command_id, event.trace, turn.now_ms, turn.now_ms + limits.CONFIRM_WITHIN_MS)
    turn.set(run=replace(changed, pending=pending))


def _refuse_levels(turn: Turn, event: LevelsGranted) -> Refusal | None:
    run, facts = turn.state.run, turn.state.facts
    if run is None or run.args.session_id != event.args.session_id:
        return Refusal("no_run", "this session has no light on this panel")
    if run.phase not in ("running", "commanded") or run.meter is None or facts is None:
        return Refusal("stopped" if run.ending else "no_run", "the light is not known to be on")
    given = dose.given_j_cm2(run.meter, run.clearance, turn.now_ms)
    left_s = max(0, run.planned_end_ms - turn.now_ms) / 1000
    return refuse_change({**run.target, **event.args.levels_pct}, run.clearance, facts, given, left_s)


def on_stop(turn: Turn, event: StopAsked) -> None:
    """B14: always accepted. It also stands in the way of every start that was claimed before it."""
    _mark_stopped(turn, event)
    run = turn.state.run
    if run is not None and _another(run, event):
        turn.effects.append(Reply(event.command_id, False, "no_run", "another run has this panel now", event.trace))
        return
    turn.stop_run("client", emergency=event.emergency, trace=event.trace)
    turn.ask_off(emergency=event.emergency, trace=event.trace)
    owe_stop(turn, event)


def _another(run: Run, event: StopAsked) -> bool:
    """The panel is led by another session, or by a later run of this one: a later will."""
    other_session = event.session_id is not None and event.session_id != run.args.session_id
    return other_session or (event.run_no is not None and event.run_no < run.args.run_no)


def _mark_stopped(turn: Turn, event: StopAsked) -> None:
    """One that names no session is for the run that the panel has, which no other command may begin again."""
    state, run = turn.state, turn.state.run
    turn.set(stopped_ms=turn.now_ms)
    session_id, run_no = event.session_id, event.run_no or EVERY_RUN
    if session_id is None and run is not None:
        session_id, run_no = run.args.session_id, run.args.run_no
    if session_id is not None:
        upto = max(state.stopped.get(session_id, 0), run_no)
        turn.set(stopped=remember(state.stopped, session_id, upto))
        turn.effects.append(KeepStop(session_id, upto))


def on_identify(turn: Turn, event: IdentifyGranted) -> None:
    late = _too_late(turn, event)
    busy = turn.state.run is not None or turn.state.off is not None or turn.state.identify is not None or turn.state.foreign
    if late or busy:
        code, detail = late or Refusal("busy", "the panel is in use")
        turn.effects.append(Reply(event.command_id, False, code, detail, event.trace))
        return
    turn.set(identify=event)


def on_recorded(turn: Turn, event: Recorded) -> None:
    """B21: only what is in the journal may go on."""
    run = turn.state.run
    if run is None or run.phase != "recording" or (run.args.session_id, run.args.run_no) != (event.session_id, event.run_no):
        return
    if not event.ok:
        turn.reply(event.why or "unready", "the bridge could not write its journal" if event.why != "repeated" else "")
        turn.set(run=None)
        return
    turn.set(started=remember(turn.state.started, event.session_id, event.run_no))
    turn.enter("clearing")
    turn.tell("arming")


def on_restored(turn: Turn, event: Restored) -> None:
    """B34: nothing is known of a run that an earlier process left open, but that its light may be on."""
    args = event.args
    upper = dict(event.clearance.max_level_pct)  # its levels may have been changed since
    turn.set(
        run=Run(
            args=args,
            clearance=event.clearance,
            trace=event.trace,
            token=token_of(args.session_id, args.run_no),
            command_id=None,
            not_after_ms=0,
            phase="unknown",
            since_ms=turn.now_ms,
            target=dict(args.levels_pct),
            meter=Meter(event.counted_ms, upper, told_ms=turn.now_ms),
            deadman_ms=event.deadman_ms,
            planned_end_ms=event.planned_end_ms,
            unanswered=None,
            seen_ms=event.counted_ms,
            restored=True,
            replied=True,
        ),
        started=remember(turn.state.started, args.session_id, args.run_no),
    )
    turn.tell("adopted", detail="found open in the journal after a restart")


def on_stops_restored(turn: Turn, event: StopsRestored) -> None:
    turn.set(stopped={**turn.state.stopped, **event.stopped})


def on_still_here(turn: Turn, event: StillHere) -> None:
    run = turn.state.run
    if run is not None and run.args.session_id == event.session_id:
        turn.set_run(here_ms=turn.now_ms)


def on_watched(turn: Turn, event: Watched) -> None:
    turn.set(watch_until_ms=turn.now_ms + WATCH_MS if event.on else 0)


def on_unpaired(turn: Turn, _event: Unpaired) -> None:
    turn.stop_run("client", detail="the panel was removed from the household")


def on_closing(turn: Turn, _event: Closing) -> None:
    turn.set(closing=True)
    turn.stop_run("bridge_restart", detail="the bridge was told to end")
