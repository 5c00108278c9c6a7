"""What a person is shown of a panel now, from the state of its session machine. Pure; says no more than is proven [B23, B35]."""

from typing import Final
from uuid import UUID

from ble_bridge import run_dose as dose
from ble_bridge.contract import limits, wire
from ble_bridge.run_model import PanelState, Run

_BY_PHASE: Final[dict[str, wire.RunState]] = {
    "requested": "arming",
    "recording": "arming",
    "clearing": "arming",
    "lighting": "arming",
    "running": "running",
    "commanded": "commanded",
    "unknown": "unknown",
    "stopping": "stopping",
}


def view(panel_id: UUID, state: PanelState, now_ms: int) -> wire.PanelState:
    run, heard, last = state.run, state.heard, state.last
    report = heard.report if heard is not None else None
    on_ms = _on_ms(run, now_ms) if run is not None else (last.on_ms if last else None)
    return wire.PanelState(
        panel_id=panel_id,
        link=state.link,
        run=_run_state(state, now_ms),
        session_id=run.args.session_id if run is not None else (last.session_id if last else None),
        levels_pct=_levels(state),
        remaining_s=_remaining_s(state, now_ms),
        elapsed_on_s=None if on_ms is None else round(on_ms / 1000, 2),
        temperature_c=report.temperature_c if report else None,
        end_reason=_end_reason(state),
        off_confirmed=state.off_confirmed,
        foreign=state.foreign,
        status_age_ms=None if heard is None else max(0, now_ms - heard.at_ms),
        sources="commanded" if run is not None and run.phase == "commanded" else "panel",
    )


def _run_state(state: PanelState, now_ms: int) -> wire.RunState:
    run, heard = state.run, state.heard
    if heard is not None and heard.report.fault and (run is None or run.phase in ("running", "stopping")):
        return "fault"
    if run is not None:
        silent = heard is None or now_ms - heard.at_ms >= limits.STATUS_SILENCE_MS
        lost = run.phase == "stopping" and silent and now_ms - run.since_ms >= limits.STATUS_SILENCE_MS
        return "unknown" if lost else _BY_PHASE[run.phase]
    if state.off is not None:
        return "stopping"
    return "ended" if state.last is not None else "idle"


def _end_reason(state: PanelState) -> wire.EndReason | None:
    if state.run is not None:
        return state.run.ending
    return state.last.reason if state.last is not None else None


def _levels(state: PanelState) -> dict[int, int] | None:
    if state.run is not None and state.run.phase == "commanded":
        return dict(state.run.written or {})
    levels = state.heard.report.levels_pct if state.heard is not None else None
    return None if levels is None else dict(levels)


def _remaining_s(state: PanelState, now_ms: int) -> float | None:
    """The panel's own countdown, or the plan's where it has none."""
    run = state.run
    if run is None or run.phase not in ("running", "commanded", "stopping"):
        return None
    report = state.heard.report if state.heard is not None else None
    if report is not None and report.remaining_s is not None:
        return report.remaining_s
    return max(0, run.planned_end_ms - now_ms) / 1000


def _on_ms(run: Run, now_ms: int) -> float:
    """Light so far, counted up to now while it is known to be on."""
    if run.meter is None:
        return 0.0
    known = run.phase in ("running", "commanded")
    return dose.count(run.meter, now_ms, run.meter.held).on_ms if known else run.meter.on_ms
