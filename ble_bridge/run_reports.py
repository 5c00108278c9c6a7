"""What the panel and its link say, and what that means for a run. Pure; numbers in brackets are rules of `docs/bridge.md`."""

from dataclasses import replace
from typing import Final

from ble_bridge import run_dose as dose
from ble_bridge.contract import limits
from ble_bridge.contract.wire import EndReason
from ble_bridge.run_levels import lowest, wanted
from ble_bridge.run_model import Heard, Ramp, Run
from ble_bridge.run_off import drop_off, off_done, settle_off
from ble_bridge.run_turn import Turn
from ble_bridge.run_words import (
    ARMING,
    LIT_PHASES,
    Levels,
    LinkDown,
    Linking,
    LinkSuspect,
    LinkUp,
    OpDone,
    Reply,
    Report,
    Reported,
    Tell,
)

SETTLE_MS: Final = 1_500
"""A level that differs from what we wrote this long ago was changed at the panel [B36]."""


# ── The link ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def on_linking(turn: Turn, _event: Linking) -> None:
    turn.set(link="connecting")


def on_link_up(turn: Turn, event: LinkUp) -> None:
    turn.set(
        link="connected", link_no=event.link_no, facts=event.facts, mismatch=event.mismatch, heard=None, in_flight=frozenset(),
        read_ms=turn.now_ms - limits.STATUS_SILENCE_MS,
    )  # fmt: skip
    off, run = turn.state.off, turn.state.run
    if off is not None:
        turn.set(off=replace(off, due_ms=turn.now_ms))
    if run is None or run.phase not in LIT_PHASES:
        return
    if event.mismatch:
        turn.stop_run("unknown", detail=event.mismatch)
    elif event.facts.confirm == "none":
        turn.stop_run("bridge_restart" if run.restored else "link_lost")


def on_link_down(turn: Turn, _event: LinkDown) -> None:
    """B35: a run without its link is unknown; one that was not confirmed yet is over."""
    turn.set(link="absent", heard=None, in_flight=frozenset())
    run = turn.state.run
    if run is None:
        return
    if run.phase == "lighting":
        turn.fail_start("not_confirmed", "the link was lost before the panel confirmed")
    elif run.phase in ("running", "commanded"):
        lose(turn, "the link was lost")
    elif run.phase == "clearing":
        turn.set_run(clearing=False, cleared_ms=None)


def lose(turn: Turn, detail: str) -> None:
    """From known to unknown."""
    turn.settle_levels("not_connected", detail)
    turn.enter("unknown")
    turn.tell("unknown", detail=detail)


def on_suspect(turn: Turn, event: LinkSuspect) -> None:
    if turn.linked:
        turn.set(link="suspect" if event.suspect else "connected")
    off = turn.state.off
    if event.suspect and off is not None:
        turn.set(off=replace(off, emergency_due_ms=min(off.emergency_due_ms, turn.now_ms)))


# ── Operations ───────────────────────────────────────────────────────────────────────────────────────────────────────
def on_op_done(turn: Turn, event: OpDone) -> None:
    if event.link_no != turn.state.link_no or event.kind not in turn.state.in_flight:
        return
    turn.set(in_flight=turn.state.in_flight - {event.kind})
    if event.kind in ARMING and event.outcome == "ok":
        turn.armed()
    handler = {"off": _off_done, "start": _start_done, "levels": _levels_done, "identify": _identify_done}.get(event.kind)
    if handler is not None:
        handler(turn, event)
    elif event.kind == "keep_alive" and event.outcome == "refused":
        turn.set(read_ms=turn.now_ms - limits.STATUS_SILENCE_MS)


def _off_done(turn: Turn, event: OpDone) -> None:
    run = turn.state.run
    if run is not None and run.phase == "clearing":
        done = event.outcome == "ok"
        turn.set_run(clearing=done, cleared_ms=turn.now_ms if done else None)
    off_done(turn, event)


def _start_done(turn: Turn, event: OpDone) -> None:
    run = turn.state.run
    if run is None or run.seen_lit:
        return
    if event.outcome in ("withheld", "busy", "refused", "fault"):
        turn.set_run(meter=None)  # it certainly did not light
    if run.phase != "lighting":
        return
    if event.outcome == "ok" and turn.state.facts is not None and turn.state.facts.confirm == "none":
        _begin(turn, run, "commanded")
    elif event.outcome == "withheld":
        turn.fail_start("late", "its life was over just before the write")
    elif event.outcome == "busy":  # no off: the light, if there is one, is another's
        turn.reply("busy", "the panel is led by another")
        turn.end_run("refused", off_confirmed=None, detail="the panel is led by another", over=True)
    elif event.outcome in ("refused", "fault"):
        turn.fail_start("fault" if event.outcome == "fault" else "refused_by_panel")


def _levels_done(turn: Turn, event: OpDone) -> None:
    run = turn.state.run
    if run is None or event.outcome == "ok":
        if run is not None and run.phase == "commanded":
            turn.settle_levels("commanded", ok=True)
        return
    heard = turn.state.heard
    if event.outcome == "refused" and heard is not None and heard.report.levels_pct:
        turn.settle_levels("refused_by_panel")
        turn.set_run(target=dict(heard.report.levels_pct), ramp=None)
    turn.set_run(written=None)


def _identify_done(turn: Turn, event: OpDone) -> None:
    asked = turn.state.identify
    if asked is None:
        return
    code = {"ok": "ok", "busy": "busy", "refused": "refused_by_panel", "fault": "fault"}.get(event.outcome, "not_confirmed")
    turn.effects.append(Reply(asked.command_id, code == "ok", code, "", asked.trace))
    turn.set(identify=None)


# ── Reports ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def on_report(turn: Turn, event: Reported) -> None:
    if event.link_no != turn.state.link_no or not turn.linked or turn.state.mismatch:
        return  # of another link, or of a device that is not known to be this panel: no proof of anything
    report = event.report
    turn.set(heard=Heard(turn.now_ms, report))
    run = turn.state.run
    if run is not None and run.phase in LIT_PHASES:
        if turn.is_ours(report):
            _seen_lit(turn, run, report)
        elif turn.is_stuck(report):
            _seen_stuck(turn, run, report)
        elif run.seen_lit or run.phase == "unknown" or run.ending is not None:
            _seen_over(turn, run, report)
        elif report.fault:
            turn.fail_start("fault", "the panel has a fault latched")
    _look_for_foreign(turn, report)
    if not report.lit and not report.blinking and "start" not in turn.state.in_flight:
        settle_off(turn, confirmed=True)


def _seen_lit(turn: Turn, run: Run, report: Report) -> None:
    """Our light is on: book it, and take it as proof."""
    now_ms = turn.now_ms
    levels = report.levels_pct if report.levels_pct is not None else (run.written or run.target)
    gap = run.seen_lit and now_ms - run.seen_ms > limits.STATUS_SILENCE_MS
    if run.meter is not None:
        turn.set_run(meter=dose.see(run.meter, now_ms, levels, confirmed=not gap and not run.restored))
    turn.set_run(seen_ms=now_ms, seen_lit=True)
    if run.phase == "lighting" and run.ending is None:
        _begin(turn, run, "running")
    elif run.restored:
        turn.stop_run("bridge_restart", detail="lit at restart: turned off")
    elif run.phase == "unknown" and turn.state.off is None:
        turn.enter("running")
        turn.tell("resolved", levels_pct=levels, detail="still lit by this run")
    _watch_heat(turn, report)
    _watch_levels(turn, levels, told=report.levels_pct is not None)


def _seen_stuck(turn: Turn, run: Run, report: Report) -> None:
    """The panel ended our run, yet an output of it is lit: off is not confirmed until it is dark, and what it gives is booked."""
    if run.meter is not None and report.levels_pct is not None:
        turn.set_run(meter=dose.see(run.meter, turn.now_ms, report.levels_pct))
    turn.set_run(seen_ms=turn.now_ms, stuck=True)
    turn.stop_run(report.ended or "unknown", detail="an output of the panel stays on")
    turn.ask_off()


def _begin(turn: Turn, run: Run, phase: str) -> None:
    """B23: running by the panel's word, or commanded for want of it."""
    now_ms, facts = turn.now_ms, turn.state.facts
    if facts is None:
        return
    ramp_ms = run.args.ramp_s * 1000
    ramp = Ramp(now_ms, ramp_ms, lowest(run.target, facts)) if ramp_ms else None
    turn.set_run(ramp=ramp, here_ms=now_ms)
    turn.enter("running" if phase == "running" else "commanded")
    turn.reply("ok" if phase == "running" else "commanded", ok=True)
    turn.tell(phase, levels_pct=run.written, confirmed=phase == "running")


def _watch_heat(turn: Turn, report: Report) -> None:
    """B27: too hot, or a temperature that was told and is not told any more."""
    run = turn.state.run
    if run is None:
        return
    if report.temperature_c is None:
        if run.warm:
            turn.stop_run("over_temperature", detail="the panel does not tell its temperature any more")
    elif report.temperature_c > limits.MAX_PANEL_TEMPERATURE_C:
        turn.stop_run("over_temperature", detail=f"{report.temperature_c:.0f} °C at the panel")
    elif not run.warm:
        turn.set_run(warm=True)


def _watch_levels(turn: Turn, levels: Levels, *, told: bool) -> None:
    """B24 and B36: over the clearance is off; else than written is told; as asked is the answer to a level command."""
    run = turn.state.run
    if run is None or run.phase != "running":
        return
    over = [nm for nm, pct in levels.items() if pct > run.clearance.max_level_pct.get(nm, 0)]
    if over:
        turn.stop_run("over_limit", detail=f"{over[0]} nm is over the clearance at the panel")
        return
    as_written = run.written is not None and all(levels.get(nm, 0) == pct for nm, pct in run.written.items())
    settled = run.written is not None and "levels" not in turn.state.in_flight
    pending = run.pending
    arrived = pending is not None and (run.written_ms >= pending.asked_ms or run.written == wanted(run, turn.now_ms))
    if as_written and arrived:
        turn.settle_levels("ok" if told else "commanded", ok=True)  # a panel that tells no levels confirms none
        turn.tell("levels", levels_pct=levels)
    elif settled and not as_written and turn.now_ms - run.written_ms > SETTLE_MS:
        turn.tell("levels", levels_pct=levels, detail="changed at the panel")
        turn.set_run(target=dict(levels), written=dict(levels), ramp=None)


def _seen_over(turn: Turn, run: Run, report: Report) -> None:
    """The panel says that our light is not on: the run is over, by its reason where that is known to be about this run."""
    if "start" in turn.state.in_flight and not run.seen_lit:
        return
    until_ms = turn.light_until_ms(run)
    gap = turn.now_ms - max(run.seen_ms, run.meter.counted_ms if run.meter else 0) > limits.STATUS_SILENCE_MS
    if run.meter is not None and not run.seen_lit and _never_landed(run, report):
        turn.set_run(meter=None)
    elif run.meter is not None:
        sure = run.seen_lit and not gap and not run.restored
        turn.set_run(meter=dose.end(run.meter, until_ms, confirmed=sure))
    dark = not report.lit
    reason = _reason(run, report, turn.now_ms) if dark else (run.ending or "unknown")
    detail = "" if dark else "the panel is lit by another"
    turn.end_run(reason, off_confirmed=dark, detail=detail, over=True)
    if dark or run.ending != "client":  # a person's stop goes on until it is dark; ours leaves another's light alone
        drop_off(turn, confirmed=dark)


def _never_landed(run: Run, report: Report) -> bool:
    """The panel's last run is the one from before our start. A name tells; its own runs are all called 0 [S35]."""
    return bool(report.token) and report.token == run.token_before


def _reason(run: Run, report: Report, now_ms: int) -> EndReason:
    about_us = report.token in (None, run.token) and (run.seen_lit or run.restored)
    told = report.ended if about_us else None
    if told == "completed" and now_ms < run.planned_end_ms - limits.STATUS_SILENCE_MS:
        told = None  # an earlier run's reason
    if run.ending is not None and told in (None, "client", "unknown"):
        return run.ending
    if told is None:
        return "bridge_restart" if run.restored else "unknown"
    return told


def _look_for_foreign(turn: Turn, report: Report) -> None:
    """B34, B36: light that is not ours is told; light of a run of ours that is over is turned off."""
    state = turn.state
    ended_ours = report.lit and report.token is not None and report.token in state.own_tokens
    if ended_ours and state.run is None:
        turn.ask_off()
        return
    being_turned_off = state.off is not None
    foreign = report.lit and not turn.is_ours(report) and not turn.is_stuck(report) and not being_turned_off
    if foreign != state.foreign:
        turn.set(foreign=foreign)
        event = Tell("foreign_on" if foreign else "foreign_off", levels_pct=report.levels_pct, detail="at the panel itself")
        turn.effects.append(event)
