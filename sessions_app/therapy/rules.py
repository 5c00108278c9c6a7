"""Pure: how a run and its session move on when the bridge reports something, or when nothing is heard any more.

A run is one lighting of the panel; a pause ends it, a resume is the next. What is reported only ever moves a run forward: an
end is an end, whatever comes after it, and delivered light is added whenever it is told of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Final, Literal
from uuid import UUID

from ble_bridge.contract import limits
from ble_bridge.contract.wire import RunEvent
from sessions_app.dose import DoseError
from sessions_app.therapy import ledger
from sessions_app.therapy.jumps import Jump, counted_from
from sessions_app.therapy.ledger import Seconds

RunState = Literal["requested", "arming", "running", "commanded", "stopping", "unknown", "ended"]
SessionState = Literal["requested", "arming", "running", "commanded", "paused", "stopping", "unknown", "ended"]
Wish = Literal["", "stop", "pause"]

BEGIN_SLACK_S: Final = (limits.COMMAND_LIFE_MS + limits.CONFIRM_WITHIN_MS) / 1000
"""How long after it was asked for a run may still begin."""
SILENT_S: Final = 60
"""After the planned end, how long the bridge may still report it before the run is closed without it."""
PAUSE_ENDS_S: Final = 30 * 60
"""A pause this long ends the session and frees the panel."""
DONE_FROM: Final = 0.5
"""Of the planned time: a session of less light was not done. The product's own."""

_MOVES: Final[Mapping[str, RunState]] = {
    "arming": "arming",
    "running": "running",
    "commanded": "commanded",
    "stopping": "stopping",
    "adopted": "stopping",
    "unknown": "unknown",
    "resolved": "running",
    "ended": "ended",
}
NEVER_LIT: Final = frozenset(
    {
        "late", "not_connected", "identity_mismatch", "over_limit", "busy", "no_clearance", "stopped", "unknown_panel",
        "not_supported", "expired", "gone", "unready", "not_leading",
    }
)  # fmt: skip
"""Answers to a start after which nothing can have been lit, unless the journal says otherwise."""
MAY_TRY_AGAIN: Final = frozenset({"late", "not_connected", "expired", "busy"})
"""Of these, a resume leaves the session paused, so that the person may try again."""
_REASONS: Final[Mapping[str, str]] = {"stopped": "client", "expired": "late", "late": "late", "over_limit": "over_limit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNow:
    """What is known of a run. Times are UTC by the server's clock, or the bridge's where it lies within what is possible."""

    state: RunState
    wish: Wish
    duration_s: float
    highest_pct: Mapping[int, float]
    requested_at: datetime
    began_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    off_confirmed: bool | None = None
    light: Seconds = field(default_factory=Seconds)
    """Reported."""
    assumed_s: float = 0.0
    """Not reported, counted in full until it is."""
    partly_told: bool = False
    """What the bridge told of it is lost in part: the rest of its plan counts in full, whatever more is told [B44]."""


def is_next(epoch: UUID, acked_seq: int, event: RunEvent) -> bool:
    """Whether this is the journal's next event: else it was stored before, or leaves a gap [B41, B45]."""
    return event.epoch == epoch and event.seq == acked_seq + 1


def step(run: RunNow, event: RunEvent, now: datetime) -> RunNow:
    """The run after this event, which the server stored at `now`."""
    at = min(max(event.at, run.requested_at), now)
    run = _lit(run, event) if event.event == "dose" else run
    if event.event == "commanded":
        run = replace(run, light=replace(run.light, confirmed=False))
    if event.event in {"running", "commanded"} and run.began_at is None:
        run = replace(run, began_at=at)
    if event.event == "ended":
        return _ended(run, event, at)
    target = _MOVES.get(event.event)
    if target is None or run.state == "ended":
        return run
    return replace(run, state=target)


def _lit(run: RunNow, event: RunEvent) -> RunNow:
    """A report of light takes the place of what was assumed in its stead."""
    on_s = event.on_time_s or 0.0
    try:
        if on_s > 0 and not event.full_level_s:
            raise DoseError("light of no wavelength")
        told = ledger.reported(on_s, event.full_level_s or {}, confirmed=event.confirmed)
    except DoseError:
        told = ledger.unreported(on_s if isfinite(on_s) else run.duration_s, run.highest_pct)
    # a bridge that was away reports again: the panel is heard
    state: RunState = "running" if run.state == "unknown" and told.confirmed else run.state
    return replace(run, state=state, light=ledger.together([run.light, told]), assumed_s=max(0.0, run.assumed_s - told.on_s))


def _ended(run: RunNow, event: RunEvent, at: datetime) -> RunNow:
    return replace(
        run,
        state="ended",
        ended_at=at,
        end_reason=event.end_reason or "unknown",
        off_confirmed=event.off_confirmed,
        light=replace(run.light, confirmed=run.light.confirmed and event.confirmed and not run.partly_told),
        assumed_s=max(0.0, run.duration_s - run.light.on_s) if run.partly_told else 0.0,
    )


def after_answer(run: RunNow, code: str, heard: bool, at: datetime) -> RunNow:
    """The run after its start was answered with this code, and not by `ok`. `heard`: the journal told of it already."""
    if run.state == "ended" or heard or code not in NEVER_LIT:
        return run  # where light may have been, only the journal ends it
    return never_lit(run, code, at)


def never_lit(run: RunNow, code: str, at: datetime) -> RunNow:
    """The run ended without light."""
    return replace(run, state="ended", ended_at=at, end_reason=_REASONS.get(code, "refused"), off_confirmed=None)


def lost(run: RunNow, *, bounded: bool, now: datetime) -> RunNow:
    """Nobody will report this run's end, or it is not waited for any longer: it counts in full [B43].

    `bounded`: the panel ends by itself, so its plan is the bound; else the longest session is.
    """
    whole_s = run.duration_s if bounded else max(run.duration_s, limits.MAX_SESSION_S)
    return replace(
        run,
        state="ended",
        ended_at=min(now, _latest_end(run, whole_s)),
        end_reason="unknown",
        off_confirmed=None,
        assumed_s=max(0.0, whole_s - run.light.on_s),
    )


def wished(run: RunNow, wish: Wish) -> RunNow:
    """The person wants the run to end. A stop takes the place of a pause, never the other way round.

    The bell of a pause may be faster than its row: an end that it brought is then told before anybody wished for it.
    """
    if run.state == "ended":
        return replace(run, wish=wish) if wish == "pause" and not run.wish and run.end_reason == "client" else run
    if run.wish == "stop" and wish == "pause":
        return run
    return replace(run, state="stopping" if run.state != "unknown" else "unknown", wish=wish)


def stopped_early(on_s: float, planned_s: float) -> bool:
    """Of a session that ended: less light than half of its plan. It was begun, not done (docs/reminders.md, R7)."""
    return on_s < DONE_FROM * planned_s


def unheard(run: RunNow) -> RunNow:
    """The bridge is away in a run: what the panel does now is not known."""
    return replace(run, state="unknown")


def overdue(run: RunNow, *, bounded: bool, now: datetime, jumps: Sequence[Jump]) -> bool:
    """Its end should have been reported long ago. What a clock was set ahead by since it began is no time that went by [B74]."""
    whole_s = run.duration_s if bounded else max(run.duration_s, limits.MAX_SESSION_S)
    return run.state != "ended" and now >= counted_from(_latest_begin(run), jumps) + timedelta(seconds=whole_s + SILENT_S)


def _latest_end(run: RunNow, whole_s: float) -> datetime:
    return _latest_begin(run) + timedelta(seconds=whole_s)


def _latest_begin(run: RunNow) -> datetime:
    return run.began_at or run.requested_at + timedelta(seconds=BEGIN_SLACK_S)


def session_state(run: RunNow, *, keeps_pause: bool) -> SessionState:
    """The session's state by its newest run. `keeps_pause`: a resume that was never lit leaves the session paused."""
    if run.state != "ended":
        return run.state
    paused = run.wish == "pause" and run.end_reason == "client"
    return "paused" if paused or (keeps_pause and run.wish != "stop") else "ended"
