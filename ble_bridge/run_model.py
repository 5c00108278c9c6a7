"""What the session machine remembers of one panel. Pure values; numbers in brackets are rules of `docs/bridge.md`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ble_bridge.contract.wire import Clearance, EndReason, StartArgs
from ble_bridge.run_words import Facts, IdentifyGranted, Levels, LinkState, OpKind, Phase, Report


@dataclass(frozen=True, slots=True)
class Heard:
    """A report and when it came."""

    at_ms: int
    report: Report


@dataclass(frozen=True, slots=True)
class Meter:
    """Light booked so far [B43]. `held` is the level since `counted_ms`, an upper bound between two reports."""

    counted_ms: int
    held: Levels
    on_ms: float = 0.0
    full_level_ms: Mapping[int, float] = field(default_factory=dict)
    told_ms: int = 0
    told_on_ms: float = 0.0
    told_full_level_ms: Mapping[int, float] = field(default_factory=dict)
    confirmed: bool = True
    """All of what is not told yet is from reports without a gap."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """From these levels since then, over that long, to the run's target [B24]."""

    since_ms: int
    over_ms: int
    base: Levels


@dataclass(frozen=True, slots=True)
class PendingLevels:
    """A level command whose result is still owed."""

    command_id: UUID
    trace: str
    asked_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Run:
    """One start and what became of it."""

    args: StartArgs
    clearance: Clearance
    trace: str
    token: int
    command_id: UUID | None
    """None for a run found in the journal: its result was owed by an earlier process."""
    not_after_ms: int
    phase: Phase
    since_ms: int
    """In this phase since."""
    target: Levels
    written: Levels | None = None
    written_ms: int = 0
    ramp: Ramp | None = None
    pending: PendingLevels | None = None
    clearing: bool = False
    """The off before the on was written."""
    cleared_ms: int | None = None
    """And was answered then: what the panel says from there on is a read-back."""
    meter: Meter | None = None
    deadman_ms: int = 0
    planned_end_ms: int = 0
    rearmed_ms: int = 0
    """Last write that rearms the panel's dead-man."""
    armed_ms: int = 0
    """By then the panel had acted on the last such write that it answered."""
    unanswered: int | None = 0
    """Such writes since then: each may still be acted on. None: another process wrote them, their number is not known."""
    seen_ms: int = 0
    """Last report that showed us lit."""
    here_ms: int = 0
    """The person last said to be there [B51]."""
    token_before: int | None = None
    """What the panel had for a token before our start; shown again, our start never landed, if it is the name of a run."""
    seen_lit: bool = False
    """The panel has shown our token, or its own on-state."""
    stuck: bool = False
    """An output of it has been seen lit after its end."""
    warm: bool = False
    """A temperature has been reported in this run [B27]."""
    replied: bool = False
    restored: bool = False
    ending: EndReason | None = None
    """Why we stop it, once we do."""


@dataclass(frozen=True, slots=True)
class OwedStop:
    """A stop whose result is still owed [B15]."""

    command_id: UUID
    trace: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Off:
    """An off that is tried until the panel itself reports off [B22]."""

    since_ms: int
    emergency: bool
    due_ms: int
    """Next write of stop."""
    emergency_due_ms: int
    """Next write of the emergency stop."""
    tried: int = 0
    landed: int = 0
    """Stops that the panel answered."""
    owed: tuple[OwedStop, ...] = ()
    session_id: UUID | None = None
    run_no: int = 0
    """Of a run that had to be ended before its off was confirmed; the journal still looks after it."""
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    session_id: UUID
    run_no: int
    token: int
    reason: EndReason
    off_confirmed: bool | None
    on_ms: float


@dataclass(frozen=True, slots=True)
class PanelState:
    """All that the machine remembers of one panel."""

    link: LinkState = "absent"
    link_no: int = 0
    facts: Facts | None = None
    mismatch: str = ""
    heard: Heard | None = None
    """The last report over the present link."""
    in_flight: frozenset[OpKind] = frozenset()
    run: Run | None = None
    off: Off | None = None
    off_confirmed: bool | None = None
    last: Ended | None = None
    foreign: bool = False
    stopped: Mapping[UUID, int] = field(default_factory=dict)
    """Session → highest run that was stopped [B14]."""
    stopped_ms: int = -1
    """When a stop was last heard: a start that was claimed before it is refused [B14]."""
    started: Mapping[UUID, int] = field(default_factory=dict)
    """Session → highest run that was asked for."""
    own_tokens: tuple[int, ...] = ()
    """Of the last runs of this process."""
    read_ms: int = 0
    """Last read of the status that was asked for."""
    watch_until_ms: int = 0
    identify: IdentifyGranted | None = None
    closing: bool = False
