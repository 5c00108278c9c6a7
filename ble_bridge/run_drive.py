"""What is due next, whatever happened last: the one place from which anything is written to a panel. Pure.

Called after every event. Numbers in brackets are rules of `docs/bridge.md`.
"""

from dataclasses import replace
from typing import Final

from ble_bridge import run_dose as dose
from ble_bridge.contract import limits
from ble_bridge.run_levels import lowest, wanted
from ble_bridge.run_limits import fluence_j_cm2, max_fluence_j_cm2, refuse_start
from ble_bridge.run_model import Meter, Off, PanelState, Run
from ble_bridge.run_off import drive_off
from ble_bridge.run_reports import lose
from ble_bridge.run_turn import ESCALATE_MS, Turn
from ble_bridge.run_words import Record, Reply, WriteIdentify, WriteKeepAlive, WriteLevels, WriteOff, WriteStart

RAMP_STEP_MS: Final = 250
READ_AFTER_MS: Final = 1_500
"""A running panel that said nothing for this long is asked."""
IDLE_READ_MS: Final = 2_000
DOSE_EVERY_MS: Final = 10_000
END_GRACE_MS: Final = 500
"""The panel's own timer ends the light; the bridge steps in this long after it should have."""
GIVE_UP_MS: Final = 5_000
"""A run whose panel is still out of reach this long after its planned end is told as ended, off not confirmed."""


def drive(turn: Turn) -> None:
    run = turn.state.run
    if run is not None:
        _PHASES[run.phase](turn, run)
    drive_off(turn)
    _drive_identify(turn)
    if turn.linked and not _fresh(turn, IDLE_READ_MS):
        turn.read(READ_AFTER_MS // 3)


def wants_link(state: PanelState, now_ms: int) -> bool:
    """Whether the link to this panel is held or sought [B50]."""
    needed = state.run is not None or state.off is not None or state.identify is not None
    return needed or (not state.closing and now_ms < state.watch_until_ms)


def _fresh(turn: Turn, age_ms: int) -> bool:
    heard = turn.state.heard
    return heard is not None and turn.now_ms - heard.at_ms < age_ms


# ── Before the light ─────────────────────────────────────────────────────────────────────────────────────────────────
def _requested(turn: Turn, run: Run) -> None:
    state, facts = turn.state, turn.state.facts
    if turn.linked and state.mismatch:
        turn.fail_start("identity_mismatch", state.mismatch)
    elif turn.now_ms >= run.not_after_ms:
        turn.fail_start("late" if turn.linked else "not_connected", "its life was over before the panel was ready")
    elif state.link == "connected" and facts is not None and state.off is None and _known(turn):
        refusal = refuse_start(run.args, run.clearance, facts)
        code, detail = refusal or _unready(turn)
        if code:
            turn.fail_start(code, detail)
        else:
            turn.enter("recording")
            planned_end_ms = run.not_after_ms + run.args.duration_s * 1000
            turn.effects.append(Record(run.args, run.clearance, run.trace, planned_end_ms, facts.deadman_ms))


def _known(turn: Turn) -> bool:
    """What the panel does now has been read, if it can say so."""
    facts = turn.state.facts
    return facts is not None and (facts.confirm == "none" or _fresh(turn, limits.STATUS_SILENCE_MS))


def _unready(turn: Turn) -> tuple[str, str]:
    heard = turn.state.heard
    if heard is None:
        return "", ""
    report = heard.report
    if report.fault:
        return "unready", "the panel has a fault latched"
    if report.lit or report.blinking:
        return "busy", "the panel is lit by another" if report.lit else "the panel is blinking"
    if report.temperature_c is not None and report.temperature_c > limits.MAX_PANEL_TEMPERATURE_C:
        return "unready", f"the panel is too warm: {report.temperature_c:.0f} °C"
    return "", ""


def _recording(turn: Turn, run: Run) -> None:
    if turn.now_ms >= run.not_after_ms:
        turn.fail_start("late", "its life was over before the journal was written")


def _clearing(turn: Turn, run: Run) -> None:
    """B21: off, read back, and only then on, if life still remains [B12]."""
    if turn.now_ms >= run.not_after_ms:
        turn.fail_start("late" if turn.linked else "not_connected", "its life was over just before the write")
    elif turn.linked and turn.state.mismatch:
        turn.fail_start("identity_mismatch", turn.state.mismatch)
    elif turn.state.link != "connected":
        return
    elif run.cleared_ms is not None:
        _clear_to_light(turn, run, run.cleared_ms)
    elif not run.clearing and "off" not in turn.state.in_flight:
        turn.set_run(clearing=True)
        turn.write("off", WriteOff(turn.state.link_no))


def _clear_to_light(turn: Turn, run: Run, cleared_ms: int) -> None:
    facts, heard = turn.state.facts, turn.state.heard
    if facts is None or not turn.free:
        return
    if facts.confirm != "none":
        if heard is None or heard.at_ms < cleared_ms:
            turn.read(0 if turn.state.read_ms < cleared_ms else ESCALATE_MS)  # some cannot be asked, and say it in their own time
            return
        if heard.report.lit and turn.now_ms - cleared_ms < limits.CONFIRM_WITHIN_MS:
            turn.read(ESCALATE_MS)  # what a panel says by itself may be older than its answer to the off
            return
        if heard.report.lit:
            turn.fail_start("busy", "the panel is lit though it was told to be off")
            return
    _light(turn, run)


def _light(turn: Turn, run: Run) -> None:
    facts, now_ms = turn.state.facts, turn.now_ms
    if facts is None:
        return
    levels = lowest(run.target, facts) if run.args.ramp_s else dict(run.target)
    full = {c.wavelength_nm: levels.get(c.wavelength_nm, 0) for c in facts.channels}
    turn.set_run(
        written=full,
        written_ms=now_ms,
        rearmed_ms=now_ms,
        armed_ms=now_ms,
        seen_ms=now_ms,
        deadman_ms=facts.deadman_ms,
        planned_end_ms=now_ms + run.args.duration_s * 1000,
        meter=Meter(now_ms, full, told_ms=now_ms),
        token_before=turn.state.heard.report.token if turn.state.heard else None,
        target={c.wavelength_nm: run.target.get(c.wavelength_nm, 0) for c in facts.channels},
    )
    turn.enter("lighting")
    start = WriteStart(
        turn.state.link_no, run.token, run.args.duration_s, facts.deadman_ms, full, run.not_after_ms
    )  # the one start of this run: nothing else writes one [B22]
    turn.write("start", start)


# ── Light ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _lighting(turn: Turn, run: Run) -> None:
    if turn.now_ms - run.since_ms >= limits.CONFIRM_WITHIN_MS:
        turn.fail_start("not_confirmed", "the panel did not confirm in time")
    elif not turn.state.in_flight & {"start"}:
        turn.read(ESCALATE_MS)


def _running(turn: Turn, run: Run) -> None:
    if not _fresh(turn, limits.STATUS_SILENCE_MS):
        lose(turn, "the panel says nothing")
        turn.stop_run("not_confirmed", detail="the panel says nothing")
        return
    _within_limits(turn, run)
    run_now = turn.state.run
    if run_now is None or run_now.ending is not None:
        return
    if run_now.pending is not None and turn.now_ms >= run_now.pending.until_ms:
        turn.settle_levels("not_confirmed", "the panel did not show the new levels in time")
    if not _gate_open(turn, run_now):
        turn.read(ESCALATE_MS)
        return
    _keep(turn, run_now)
    if not _fresh(turn, READ_AFTER_MS):
        turn.read(ESCALATE_MS)
    if run_now.meter is not None and turn.now_ms - run_now.meter.told_ms >= DOSE_EVERY_MS:
        turn.tell_dose()


def _gate_open(turn: Turn, run: Run) -> bool:
    """B25: what may rearm the dead-man looks here first."""
    heard = turn.state.heard
    return (
        turn.state.link == "connected"
        and run.ending is None
        and heard is not None
        and turn.now_ms - heard.at_ms < limits.STATUS_SILENCE_MS
        and turn.is_ours(heard.report)
        and turn.now_ms < run.planned_end_ms
    )


def _keep(turn: Turn, run: Run) -> None:
    """Levels on their way to the wanted ones, else a keep-alive. Both rearm the dead-man; the gate is open."""
    if not turn.free:
        return
    now_ms, link_no = turn.now_ms, turn.state.link_no
    want = wanted(run, now_ms)
    ramp_over = run.ramp is not None and now_ms - run.ramp.since_ms >= run.ramp.over_ms
    asked = run.pending is not None and run.written_ms < run.pending.asked_ms
    if want != run.written and (asked or run.ramp is None or ramp_over or now_ms - run.written_ms >= RAMP_STEP_MS):
        meter = dose.hold(run.meter, now_ms, want) if run.meter else None
        turn.set_run(written=want, written_ms=now_ms, meter=meter)
        turn.arm("levels", WriteLevels(link_no, run.token, want))
    elif run.deadman_ms and now_ms - run.rearmed_ms >= min(limits.KEEPALIVE_EVERY_MS, run.deadman_ms // 3):
        turn.arm("keep_alive", WriteKeepAlive(link_no, run.token))
    if ramp_over and want == run.written:
        turn.set_run(ramp=None)


def _within_limits(turn: Turn, run: Run) -> None:
    """B26: time and fluence, counted here, whatever the panel's timer says. B51: someone is there."""
    if run.meter is None or turn.state.facts is None:
        return
    if turn.now_ms >= run.planned_end_ms + END_GRACE_MS:
        turn.stop_run("completed", detail="the panel's own timer did not end it")
        return
    allowed = max_fluence_j_cm2(run.clearance)
    grace = fluence_j_cm2(run.clearance, {nm: END_GRACE_MS / 1000 * pct / 100 for nm, pct in run.meter.held.items()})
    if allowed is not None and dose.given_j_cm2(run.meter, run.clearance, turn.now_ms) > allowed + grace:
        turn.stop_run("over_limit", detail="the cleared fluence is used up")
        return
    attended = run.args.attended or turn.state.facts.safety == "none"
    if attended and turn.now_ms - run.here_ms > limits.ATTENDED_EVERY_S * 1000:
        turn.stop_run("unattended", detail="nobody answered")


def _commanded(turn: Turn, run: Run) -> None:
    """B23: no report will come; time is all there is to go by."""
    if turn.now_ms >= run.planned_end_ms:
        turn.stop_run("completed")
        return
    _within_limits(turn, run)
    run_now = turn.state.run
    if run_now is None or run_now.ending is not None or turn.state.link != "connected":
        return
    if run_now.pending is not None and turn.now_ms >= run_now.pending.until_ms:
        turn.settle_levels("not_confirmed")
    _keep(turn, run_now)
    meter = run_now.meter
    if meter is not None and turn.now_ms - meter.told_ms >= DOSE_EVERY_MS:
        turn.set_run(meter=dose.count(meter, turn.now_ms, meter.held, confirmed=False))
        turn.tell_dose()


def _unsettled(turn: Turn, run: Run) -> None:
    """Unknown or stopping: read and off are driven elsewhere; here only the end of patience."""
    if run.ending is not None and turn.state.off is None:
        turn.ask_off()
    reachable = turn.linked and not turn.state.mismatch
    if turn.now_ms < max(run.planned_end_ms, run.since_ms) + GIVE_UP_MS or reachable:
        return
    if run.meter is not None:
        turn.set_run(meter=dose.end(run.meter, turn.timer_until_ms(run), confirmed=False))
    off = turn.state.off or Off(turn.now_ms, False, due_ms=turn.now_ms, emergency_due_ms=turn.now_ms)
    turn.end_run(run.ending or "link_lost", off_confirmed=False, detail="the panel could not be reached again")
    turn.set(off=replace(off, session_id=run.args.session_id, run_no=run.args.run_no, trace=run.trace), off_confirmed=False)


_PHASES: Final = {
    "requested": _requested,
    "recording": _recording,
    "clearing": _clearing,
    "lighting": _lighting,
    "running": _running,
    "commanded": _commanded,
    "unknown": _unsettled,
    "stopping": _unsettled,
}


# ── Identify ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _drive_identify(turn: Turn) -> None:
    asked, state = turn.state.identify, turn.state
    if asked is None or "identify" in state.in_flight:
        return
    code = ""
    if turn.now_ms >= asked.claimed_ms + asked.life_ms:
        code = "late" if turn.linked else "not_connected"
    elif state.run is not None or state.off is not None or (state.heard is not None and state.heard.report.lit):
        code = "busy"
    elif state.link == "connected" and state.mismatch:
        code = "identity_mismatch"
    elif state.link == "connected" and state.facts is not None and not state.facts.identifies:
        code = "not_supported"
    if code:
        turn.effects.append(Reply(asked.command_id, False, code, "", asked.trace))
        turn.set(identify=None)
    elif state.link == "connected" and turn.free and _known(turn):
        turn.write("identify", WriteIdentify(state.link_no))
