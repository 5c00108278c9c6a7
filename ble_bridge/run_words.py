"""What the session machine hears and asks for. Pure values; numbers in brackets are rules of `docs/bridge.md`.

All times are milliseconds of one clock that never jumps and counts suspend; the machine is given them, it never asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Literal
from uuid import UUID

from ble_bridge.contract.wire import Clearance, EndReason, IdentifyArgs, SetLevelsArgs, StartArgs

Levels = Mapping[int, int]
"""Level in percent by wavelength in nm."""
LinkState = Literal["absent", "connecting", "connected", "suspect"]
Safety = Literal["deadman", "hw_timer", "none"]
Confirm = Literal["token", "status", "none"]
Phase = Literal["requested", "recording", "clearing", "lighting", "running", "commanded", "unknown", "stopping"]
"""Of a run: waits for the link, for the journal, for off, for the panel's word; lit; told to be lit; not known; until off."""
LIT_PHASES: frozenset[Phase] = frozenset({"lighting", "running", "commanded", "unknown", "stopping"})
"""From the start's write on: the panel may be lit by this run."""
OpKind = Literal["off", "emergency", "start", "levels", "keep_alive", "read", "identify"]
STOPS: frozenset[OpKind] = frozenset({"off", "emergency"})
ARMING: frozenset[OpKind] = frozenset({"start", "levels", "keep_alive"})
"""What arms the panel's dead-man."""
Outcome = Literal["ok", "refused", "busy", "fault", "missed", "lost", "withheld"]
"""Of an operation: done; the panel said no, is led by another, has a fault latched; no answer; no link; not sent any more."""


def token_of(session_id: UUID, run_no: int) -> int:
    """The panel's token of one run: 1 to 2^32-1, the same for the same run."""
    digest = blake2s(session_id.bytes + run_no.to_bytes(4, "big"), digest_size=4).digest()
    return int.from_bytes(digest, "big") or 1


@dataclass(frozen=True, slots=True)
class ChannelRange:
    wavelength_nm: int
    min_pct: int
    max_pct: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the connected panel and its profile say of themselves."""

    channels: tuple[ChannelRange, ...]
    safety: Safety
    confirm: Confirm
    max_session_s: int
    deadman_ms: int
    """The dead-man to ask for; 0 where there is none, or none that the bridge may rely on."""
    identifies: bool = False
    bonds: bool = False
    """It is spoken to only once it is bonded [Z16]."""
    answers: bool = False
    """It acts on orders in their turn and says so of each: what it said yes to, and all before, is not still to come [S10]."""


@dataclass(frozen=True, slots=True)
class Report:
    """One status of the panel, as it says it."""

    running: bool
    """On by its own state. Only this with our token proves our run."""
    token: int | None
    """Of the run in progress or the last one; None where the panel has no tokens."""
    levels_pct: Levels | None
    """What the outputs give."""
    remaining_s: float | None
    temperature_c: float | None
    ended: EndReason | None
    """Why its last run ended."""
    fault: bool = False
    blinking: bool = False
    """Identifying itself: light of a sort, but no run."""

    @property
    def lit(self) -> bool:
        """Any light at all, be it of a stuck output."""
        return self.running or any((self.levels_pct or {}).values())


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class StartGranted:
    command_id: UUID
    trace: str
    args: StartArgs
    clearance: Clearance | None
    claimed_ms: int
    life_ms: int
    """Counted from `claimed_ms` [B12]."""


@dataclass(frozen=True, slots=True)
class LevelsGranted:
    command_id: UUID
    trace: str
    args: SetLevelsArgs
    claimed_ms: int
    life_ms: int


@dataclass(frozen=True, slots=True)
class IdentifyGranted:
    command_id: UUID
    trace: str
    args: IdentifyArgs
    claimed_ms: int
    life_ms: int


@dataclass(frozen=True, slots=True)
class StopAsked:
    command_id: UUID
    trace: str
    session_id: UUID | None = None
    run_no: int | None = None
    """The run that is stopped, with all before it; None: every run [B14]."""
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class StillHere:
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Linking:
    pass


@dataclass(frozen=True, slots=True)
class LinkUp:
    """Connected, read and compared with the paired identity [B30]."""

    link_no: int
    facts: Facts
    mismatch: str = ""
    """What does not match, in words; empty when all does."""


@dataclass(frozen=True, slots=True)
class LinkDown:
    pass


@dataclass(frozen=True, slots=True)
class LinkSuspect:
    suspect: bool


@dataclass(frozen=True, slots=True)
class Reported:
    link_no: int
    report: Report


@dataclass(frozen=True, slots=True)
class OpDone:
    link_no: int
    kind: OpKind
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Recorded:
    """The journal's answer to `Record`."""

    session_id: UUID
    run_no: int
    ok: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """An open run found in the journal at start [B34]."""

    args: StartArgs
    clearance: Clearance
    trace: str
    counted_ms: int
    """Its light is booked up to here."""
    planned_end_ms: int
    deadman_ms: int


@dataclass(frozen=True, slots=True)
class StopsRestored:
    """Stops that an earlier process heard: session → highest run [B14]."""

    stopped: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Watched:
    on: bool


@dataclass(frozen=True, slots=True)
class Unpaired:
    pass


@dataclass(frozen=True, slots=True)
class Closing:
    """The bridge is told to end [B52]."""


@dataclass(frozen=True, slots=True)
class Tick:
    pass


Event = (
    StartGranted | LevelsGranted | IdentifyGranted | StopAsked | StillHere | Linking | LinkUp | LinkDown | LinkSuspect
    | Reported | OpDone | Recorded | Restored | StopsRestored | Watched | Unpaired | Closing | Tick
)  # fmt: skip


# ── Effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Record:
    """Write the run to the journal, fsync, answer with `Recorded` [B21]."""

    args: StartArgs
    clearance: Clearance
    trace: str
    planned_end_ms: int
    deadman_ms: int


@dataclass(frozen=True, slots=True)
class KeepStop:
    """Let the journal know of a stop, so that it also refuses its start after a restart [B14]. The stop waits for nothing."""

    session_id: UUID
    run_no: int


@dataclass(frozen=True, slots=True)
class WriteOff:
    link_no: int


@dataclass(frozen=True, slots=True)
class WriteEmergency:
    link_no: int


@dataclass(frozen=True, slots=True)
class WriteStart:
    link_no: int
    token: int
    duration_s: int
    deadman_ms: int
    levels_pct: Levels
    not_after_ms: int
    """Looked at once more just before the bytes leave [B12]."""


@dataclass(frozen=True, slots=True)
class WriteLevels:
    link_no: int
    token: int
    levels_pct: Levels


@dataclass(frozen=True, slots=True)
class WriteKeepAlive:
    link_no: int
    token: int


@dataclass(frozen=True, slots=True)
class WriteIdentify:
    link_no: int


@dataclass(frozen=True, slots=True)
class ReadStatus:
    link_no: int


@dataclass(frozen=True, slots=True)
class Reply:
    command_id: UUID
    ok: bool
    code: str
    detail: str
    trace: str


@dataclass(frozen=True, slots=True)
class Tell:
    """A fact for the journal and then the server [B40]; its number and wall time are the journal's to give."""

    event: str
    session_id: UUID | None = None
    run_no: int | None = None
    levels_pct: Levels | None = None
    on_time_s: float | None = None
    full_level_s: Mapping[int, float] | None = None
    confirmed: bool = True
    end_reason: EndReason | None = None
    off_confirmed: bool | None = None
    detail: str = ""
    trace: str | None = None
    counted_ms: int | None = None
    """Of a `dose`: the light up to here is in it."""


@dataclass(frozen=True, slots=True)
class Close:
    """The run is over and its light is known to be off: the journal need not look after it any more."""

    session_id: UUID
    run_no: int


Write = WriteOff | WriteEmergency | WriteStart | WriteLevels | WriteKeepAlive | WriteIdentify | ReadStatus
Effect = Record | KeepStop | Write | Reply | Tell | Close
