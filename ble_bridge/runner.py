"""The session machine of one panel: `step(state, event, now_ms) -> (state, effects)`. Pure: no clock, no I/O, no framework.

States as a person sees them: requested, arming, running (by the panel's word) or commanded, stopping, ended, unknown. The rules
are those of `docs/bridge.md`. `run_words` names what is heard and asked, `run_events` and `run_reports` take in what happened,
`run_drive` and `run_off` decide what is due next, `run_limits` says what may be asked for, `run_dose` books what was given.
"""

from collections.abc import Callable
from typing import Any, Final

from ble_bridge import run_events as events
from ble_bridge import run_reports as reports
from ble_bridge.run_drive import drive, wants_link
from ble_bridge.run_model import PanelState
from ble_bridge.run_turn import Turn
from ble_bridge.run_words import (
    Closing,
    Effect,
    Event,
    IdentifyGranted,
    LevelsGranted,
    LinkDown,
    Linking,
    LinkSuspect,
    LinkUp,
    OpDone,
    Recorded,
    Reported,
    Restored,
    StartGranted,
    StillHere,
    StopAsked,
    StopsRestored,
    Tick,
    Unpaired,
    Watched,
    WriteStart,
)

__all__ = ["busy", "may_light", "step", "wants_link"]

_HANDLERS: Final[dict[type, Callable[[Turn, Any], None]]] = {
    StartGranted: events.on_start,
    LevelsGranted: events.on_levels,
    IdentifyGranted: events.on_identify,
    StopAsked: events.on_stop,
    StillHere: events.on_still_here,
    Recorded: events.on_recorded,
    Restored: events.on_restored,
    StopsRestored: events.on_stops_restored,
    Watched: events.on_watched,
    Unpaired: events.on_unpaired,
    Closing: events.on_closing,
    Linking: reports.on_linking,
    LinkUp: reports.on_link_up,
    LinkDown: reports.on_link_down,
    LinkSuspect: reports.on_suspect,
    Reported: reports.on_report,
    OpDone: reports.on_op_done,
    Tick: lambda _turn, _event: None,
}


def step(state: PanelState, event: Event, now_ms: int) -> tuple[PanelState, list[Effect]]:
    """The next state and what is to be done for it, in order. `now_ms` never goes back and counts suspend."""
    turn = Turn(state, now_ms)
    _HANDLERS[type(event)](turn, event)
    drive(turn)
    return turn.state, turn.effects


def busy(state: PanelState) -> bool:
    """Whether time matters now: a run, an off or a blink is under way and ticks must be frequent."""
    return state.run is not None or state.off is not None or state.identify is not None


def may_light(state: PanelState, start: WriteStart, now_ms: int) -> bool:
    """Looked at just before the bytes of a start leave: nothing came between, and its life is not over [B12]."""
    run = state.run
    awaited = run is not None and run.phase == "lighting" and run.ending is None and run.token == start.token
    return awaited and state.off is None and state.link_no == start.link_no and now_ms < start.not_after_ms
