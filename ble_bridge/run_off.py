"""Off: tried until the panel itself says so [B22]. Pure; numbers in brackets are rules of `docs/bridge.md`."""

from dataclasses import replace
from typing import Final

from ble_bridge import run_dose as dose
from ble_bridge.run_model import Off, OwedStop
from ble_bridge.run_turn import ESCALATE_MS, Turn
from ble_bridge.run_words import LIT_PHASES, Close, OpDone, Reply, StopAsked, Tell, WriteEmergency, WriteOff

OFF_RETRY_MS: Final = 1_000
OFF_GIVE_UP_MS: Final = 60_000
"""A stop for a panel that has no run of ours and cannot be reached is dropped after this."""
ANSWER_STOP_MS: Final = 2_000
"""A stop is answered by then, be it that off is still being tried [B15]."""
UNPROVEN_OFFS: Final = 3
"""Answered stops after which a panel is left that cannot report, or is not known to be the right one; off is not confirmed."""


def owe_stop(turn: Turn, event: StopAsked) -> None:
    """Remember that this stop wants its result."""
    off = turn.state.off
    if off is None or any(owed.command_id == event.command_id for owed in off.owed):
        return
    owed = OwedStop(event.command_id, event.trace, turn.now_ms + ANSWER_STOP_MS)
    turn.set(off=replace(off, owed=(*off.owed, owed)))


def _answer(turn: Turn, owed: tuple[OwedStop, ...], code: str) -> None:
    detail = "" if code == "ok" else "off is still being tried"
    turn.effects.extend(Reply(stop.command_id, code == "ok", code, detail, stop.trace) for stop in owed)


def drop_off(turn: Turn, *, confirmed: bool) -> None:
    """No more is tried, and every stop that waits has its result."""
    off = turn.state.off
    if off is not None:
        _answer(turn, off.owed, "ok" if confirmed else "not_confirmed")
        turn.set(off=None, off_confirmed=confirmed)


def drive_off(turn: Turn) -> None:
    """Stop, then also the emergency stop, until the panel says off. Waits for no other operation."""
    off = turn.state.off
    if off is None:
        return
    due = tuple(stop for stop in off.owed if turn.now_ms >= stop.until_ms)
    _answer(turn, due, "not_confirmed" if turn.linked else "not_connected")
    off = replace(off, owed=tuple(stop for stop in off.owed if stop not in due))
    turn.set(off=off)
    if turn.linked:
        _write_off(turn, off)
    elif turn.state.run is None and off.session_id is None and turn.now_ms - off.since_ms >= OFF_GIVE_UP_MS:
        drop_off(turn, confirmed=False)


def _write_off(turn: Turn, off: Off) -> None:
    now_ms, link_no = turn.now_ms, turn.state.link_no
    if turn.state.mismatch and off.landed >= UNPROVEN_OFFS:
        drop_off(turn, confirmed=False)  # what this device says proves nothing
        return
    if now_ms >= off.emergency_due_ms and "emergency" not in turn.state.in_flight:
        turn.write("emergency", WriteEmergency(link_no))
        pause_ms = ESCALATE_MS if now_ms - off.since_ms < OFF_GIVE_UP_MS else OFF_RETRY_MS
        off = replace(off, emergency_due_ms=now_ms + pause_ms, tried=off.tried + 1)
    if now_ms >= off.due_ms and "off" not in turn.state.in_flight:
        turn.write("off", WriteOff(link_no))
        off = replace(off, due_ms=now_ms + OFF_RETRY_MS, tried=off.tried + 1)
    turn.set(off=off)
    if off.landed or off.tried > 1:
        turn.read(ESCALATE_MS)


def off_done(turn: Turn, event: OpDone) -> None:
    """A stop was answered, or was not."""
    off = turn.state.off
    if off is None:
        return
    if event.outcome == "ok":
        off = replace(off, landed=off.landed + 1)
    elif event.outcome == "missed":
        off = replace(off, due_ms=turn.now_ms, emergency_due_ms=min(off.emergency_due_ms, turn.now_ms))
    turn.set(off=off)
    facts = turn.state.facts
    if facts is not None and facts.confirm == "none" and off.landed >= UNPROVEN_OFFS:
        settle_off(turn, confirmed=False)


def settle_off(turn: Turn, *, confirmed: bool) -> None:
    """The off that was tried is done; a run that waited for it is over."""
    off, run = turn.state.off, turn.state.run
    if off is None:
        return
    if run is not None and run.phase in LIT_PHASES and run.ending is not None:
        if run.meter is not None:
            turn.set_run(meter=dose.end(run.meter, turn.now_ms, confirmed=False))
        turn.end_run(run.ending, off_confirmed=confirmed, over=True)
    elif off.session_id is not None:
        turn.effects.append(
            Tell("resolved", off.session_id, off.run_no, off_confirmed=confirmed, detail="seen off", trace=off.trace)
        )
        turn.effects.append(Close(off.session_id, off.run_no))
    drop_off(turn, confirmed=confirmed)
