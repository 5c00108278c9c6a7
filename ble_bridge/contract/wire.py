"""Every message between server and bridge. `docs/bridge.md` states the rules; numbers in brackets are its rules.

JSON objects over one WebSocket, one message a frame, told apart by `type`. Unknown fields, NaN and wrong types are
refused [B2]. Ids are UUID strings. Durations are monotonic; wall times are RFC 3339 UTC and only ever stored or shown.
"""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from ble_bridge.contract import limits
from ble_bridge.contract.commands import (
    AddProfileArgs,
    Clearance,
    CommandArgs,
    DoctorArgs,
    IdentifyArgs,
    RemoveProfileArgs,
    ScanArgs,
    SetLevelsArgs,
    StartArgs,
)  # fmt: skip
from ble_bridge.contract.own import Checkup, Finding, OwnProfile, Shelf
from ble_bridge.contract.states import EndReason, PanelState, RunEvent, RunState
from ble_bridge.contract.terms import Channel, FoundPanel, Identity, Levels, Message, PairedPanel, Trace, WavelengthNm

__all__ = [  # of its parts; what is defined here is open too
    "AddProfileArgs",
    "Channel",
    "Checkup",
    "Clearance",
    "CommandArgs",
    "DoctorArgs",
    "EndReason",
    "Finding",
    "FoundPanel",
    "IdentifyArgs",
    "Identity",
    "Levels",
    "Message",
    "OwnProfile",
    "PairedPanel",
    "PanelState",
    "RemoveProfileArgs",
    "RunEvent",
    "RunState",
    "ScanArgs",
    "SetLevelsArgs",
    "Shelf",
    "StartArgs",
    "WavelengthNm",
]

PROTOCOL: Final = 1
"""Version of this contract. A bridge that speaks another is told so and closed with code 4400 [B1]."""


# ── Server → bridge ──────────────────────────────────────────────────────────────────────────────────────────────────
class Welcome(Message):
    type: Literal["welcome"] = "welcome"
    protocol: int
    bridge_id: UUID
    server_time: datetime
    acked_seq: int
    """Telemetry up to here is stored; the bridge forgets it and sends the rest [B42]."""
    panels: list[PairedPanel]


class Panels(Message):
    """The whole list of paired panels, sent whenever it changes."""

    type: Literal["panels"] = "panels"
    panels: list[PairedPanel]


class Ring(Message):
    """The doorbell: a command waits to be claimed. Carries nothing to act on [B10]."""

    type: Literal["ring"] = "ring"
    command_id: UUID
    trace: Trace


class Grant(Message):
    """The answer to a claim. `life_ms` counts from the moment the bridge SENT its claim, on its own clock [B12]."""

    type: Literal["grant"] = "grant"
    command_id: UUID
    claim_id: UUID
    life_ms: Annotated[int, Field(ge=0, le=limits.COMMAND_LIFE_MS)]
    args: CommandArgs
    lease: Annotated[int, Field(ge=0)] | None = None
    """The panel's, at the grant: a start under another one than the bridge knows is refused [B72]."""
    clearance: Clearance | None
    """Required for a start; a start without it is refused [B20]."""
    trace: Trace


class Deny(Message):
    type: Literal["deny"] = "deny"
    command_id: UUID
    claim_id: UUID
    code: Literal["expired", "gone", "taken", "stopped", "revoked"]


class Stop(Message):
    """Never expires, needs no claim, always accepted [B14]. `panel_id` alone stops whatever runs on it.

    The same stop may be heard more than once; it is acted on each time, and answered by a `result` with its id [B15].
    """

    type: Literal["stop"] = "stop"
    command_id: UUID
    panel_id: UUID
    session_id: UUID | None
    run_no: Annotated[int, Field(ge=1, le=1000)] | None
    """This run of the session and every earlier one; a later run is a later will and is not touched. None: every run."""
    emergency: bool = False
    """Use the emergency-stop characteristic at once."""
    trace: Trace


class Watch(Message):
    """The session screen is open (hold the link to this panel), or closed. Renewed every 10 s, lapses after 30 s [B50]."""

    type: Literal["watch"] = "watch"
    panel_id: UUID
    on: bool


class PairAnew(Message):
    """A person at the panel wants its bond made anew: the one that there is, is of no use [Z18]. Nothing is done in a run."""

    type: Literal["pair_anew"] = "pair_anew"
    panel_id: UUID


class StillHere(Message):
    type: Literal["still_here"] = "still_here"
    session_id: UUID


class Ack(Message):
    type: Literal["ack"] = "ack"
    seq: int


class Fault(Message):
    """The server refuses something; the line is closed after it if `fatal`."""

    type: Literal["fault"] = "fault"
    code: str
    detail: str
    fatal: bool


# ── Bridge → server ──────────────────────────────────────────────────────────────────────────────────────────────────
class OpenRun(Message):
    session_id: UUID
    run_no: Annotated[int, Field(ge=1, le=1000)]


class Hello(Message):
    type: Literal["hello"] = "hello"
    protocol: int
    software: Annotated[str, Field(max_length=40)]
    epoch: UUID
    """New for every new journal file. Telemetry is unique by (epoch, seq) [B41]."""
    last_seq: Annotated[int, Field(ge=0)]
    """The highest number in the journal; 0 when it is empty [B44]."""
    open_runs: Annotated[list[OpenRun], Field(max_length=64)]
    """Runs that have not ended, of the journal or only in memory yet [B44]."""
    profiles: dict[str, str]
    """Profile id → hash."""
    radios: list[str]
    """`system`, `virtual`; empty when none works."""


class Claim(Message):
    type: Literal["claim"] = "claim"
    command_id: UUID
    claim_id: UUID


class Result(Message):
    """How a granted command, or a stop, ended at the panel [B15].

    A start's success means: confirmed by the panel's own report. A stop's means: the panel itself reports off; `not_confirmed`
    and `not_connected` say that off is still being tried.
    """

    type: Literal["result"] = "result"
    command_id: UUID
    ok: bool
    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    """`ok`, or `commanded` where the panel cannot confirm; else why not: `late`, `not_connected`, `refused_by_panel`,
    `not_confirmed`, `identity_mismatch`, `over_limit`, `busy`, `no_clearance`, `stopped`, `unready` (panel or bridge are in no
    state to start, and nothing was lit), `not_leading` (another bridge has this panel now), `fault`, `unknown_panel`,
    `not_supported`, `repeated` (this run was started before), `no_run` (nothing of this session is lit there), `superseded` (by a
    later level change), `no_radio`, `unsound` (of a profile: `detail` says what to write), `in_use` (of a profile: by what)."""
    detail: Annotated[str, Field(max_length=limits.MAX_DETAIL_LETTERS)]
    trace: Trace


class HeardPanel(Message):
    panel_id: UUID
    rssi_dbm: Annotated[int, Field(ge=-127, le=20)]


class Heard(Message):
    """How well this bridge hears the household's panels, those of other bridges too [B70]."""

    type: Literal["heard"] = "heard"
    panels: Annotated[list[HeardPanel], Field(max_length=64)]


class Found(Message):
    type: Literal["found"] = "found"
    command_id: UUID
    panels: Annotated[list[FoundPanel], Field(max_length=100)]
    done: bool
    problem: Annotated[str, Field(max_length=300)] = ""
    """What stands in the way of scanning, in plain words; empty when nothing does."""


ToBridge = Annotated[
    Welcome | Panels | Ring | Grant | Deny | Stop | Watch | PairAnew | StillHere | Ack | Fault, Field(discriminator="type")
]
ToServer = Annotated[
    Hello | Claim | Result | PanelState | RunEvent | Found | Heard | OwnProfile | Shelf | Checkup, Field(discriminator="type")
]

TO_BRIDGE: Final[TypeAdapter[ToBridge]] = TypeAdapter(ToBridge)
TO_SERVER: Final[TypeAdapter[ToServer]] = TypeAdapter(ToServer)
