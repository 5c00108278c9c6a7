"""Every message between server and bridge. `docs/bridge.md` states the rules; numbers in brackets are its rules.

JSON objects over one WebSocket, one message a frame, told apart by `type`. Unknown fields, NaN and wrong types are
refused [B2]. Ids are UUID strings. Durations are monotonic; wall times are RFC 3339 UTC and only ever stored or shown.
"""

import re
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ble_bridge.contract import limits

PROTOCOL: Final = 1
"""Version of this contract. A bridge that speaks another is told so and closed with code 4400 [B1]."""

Level = Annotated[int, Field(ge=0, le=100)]
WavelengthNm = Annotated[int, Field(ge=400, le=1400)]
Levels = dict[WavelengthNm, Level]
"""Level in percent by wavelength in nm. JSON keys are the decimal wavelength."""
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Fluence = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Trace = Annotated[str, Field(pattern=r"^[0-9a-zA-Z-]{8,64}$")]
"""One id that follows a command from the phone to the panel and back, in every log line."""


class Message(BaseModel):
    """Strict base of every message [B2]."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, ser_json_inf_nan="constants")


# ── What a panel is ──────────────────────────────────────────────────────────────────────────────────────────────────
class Channel(Message):
    wavelength_nm: WavelengthNm
    min_pct: Level
    max_pct: Level


class Identity(Message):
    """What must all match before anything is written to a panel [B30]."""

    address: Annotated[str, Field(min_length=1, max_length=64)]
    serial: Annotated[str, Field(max_length=64)]
    """Empty where the panel has none."""
    gatt_fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    profile: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    profile_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    def is_of(self, other: "Identity") -> bool:
        """Both tell of one device: by its address, or where that is hidden by its serial number."""
        if self.serial != other.serial:
            return False
        hidden = is_hidden(self.address) or is_hidden(other.address)
        return self.address.upper() == other.address.upper() or bool(hidden and self.serial and self.profile == other.profile)


def is_hidden(address: str) -> bool:
    """An id of the system's own, another one on each machine, as macOS gives instead of an address."""
    return re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", address) is not None


class PairedPanel(Message):
    panel_id: UUID
    name: Name
    identity: Identity
    channels: Annotated[list[Channel], Field(min_length=1, max_length=limits.MAX_CHANNELS)]
    leads: bool = True
    """This bridge leads the panel; else it only says how well it hears it [B70]."""
    shared: bool = False
    """The household has other bridges: how well it is heard is asked for."""
    lease: Annotated[int, Field(ge=0)] = 0
    """Counts up each time that another bridge takes the lead [B72]."""


class FoundPanel(Message):
    """One panel in the air, read but never probed with writes."""

    found_id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    name: Annotated[str, Field(max_length=80)]
    rssi_dbm: Annotated[int, Field(ge=-127, le=20)]
    connectable: bool
    profile: str | None
    """None: no profile fits, and the person is told so [B33]."""
    identity: Identity | None
    channels: list[Channel]
    safety: Literal["deadman", "hw_timer", "none"] | None
    confirm: Literal["token", "status", "none"] | None
    blinks: Literal["always", "paired", "never"] = "never"
    """Whether it can show which one it is: also before it is paired, only then, or not at all [B31]."""
    paired_panel_id: UUID | None
    virtual: bool
    bonds: bool = False
    """It is paired with a code that is typed in at it [Z16]."""


# ── What a command may do ────────────────────────────────────────────────────────────────────────────────────────────
class Clearance(Message):
    """What the server allows for one run; the bridge enforces it again, and takes its own limit where that is lower [B20].

    `max_fluence_j_cm2` and `irradiance_mw_cm2` (at level 100 %, at the confirmed distance) are None when the irradiance is
    unknown: then only `max_duration_s` bounds the run, and no dose is claimed.
    """

    person_id: UUID
    sites: Annotated[list[str], Field(min_length=1, max_length=32)]
    wavelengths_nm: Annotated[list[WavelengthNm], Field(min_length=1, max_length=limits.MAX_CHANNELS)]
    max_level_pct: Levels
    max_duration_s: Annotated[int, Field(ge=1, le=limits.MAX_SESSION_S)]
    max_fluence_j_cm2: Fluence | None
    irradiance_mw_cm2: dict[WavelengthNm, Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]] | None


class StartArgs(Message):
    kind: Literal["start"] = "start"
    session_id: UUID
    run_no: Annotated[int, Field(ge=1, le=1000)]
    """1 for the first start of a session, one more for each resume. Token on the panel = f(session_id, run_no)."""
    panel_id: UUID
    duration_s: Annotated[int, Field(ge=1, le=limits.MAX_SESSION_S)]
    levels_pct: Levels
    ramp_s: Annotated[int, Field(ge=0, le=60)] = limits.RAMP_S
    attended: bool = False


class SetLevelsArgs(Message):
    kind: Literal["set_levels"] = "set_levels"
    session_id: UUID
    panel_id: UUID
    levels_pct: Levels


class IdentifyArgs(Message):
    """Blink, never light: a found (not yet paired) panel by `found_id`, or a paired one by `panel_id`."""

    kind: Literal["identify"] = "identify"
    found_id: str | None = None
    panel_id: UUID | None = None


class ScanArgs(Message):
    kind: Literal["scan"] = "scan"
    duration_s: Annotated[int, Field(ge=1, le=60)] = 8


class AddProfileArgs(Message):
    """A panel profile for the bridge's folder, as an owner sent it; read there as strictly as any [F61]."""

    kind: Literal["add_profile"] = "add_profile"
    text: Annotated[str, Field(min_length=1, max_length=limits.MAX_PROFILE_LETTERS)]


CommandArgs = Annotated[StartArgs | SetLevelsArgs | IdentifyArgs | ScanArgs | AddProfileArgs, Field(discriminator="kind")]


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
    later level change), `no_radio`, `unsound` (of a profile: `detail` says what to write)."""
    detail: Annotated[str, Field(max_length=300)]
    trace: Trace


RunState = Literal["idle", "arming", "running", "commanded", "stopping", "ended", "unknown", "fault"]
"""`commanded`: a panel that cannot confirm was told to light; never shown as running [B23]."""
EndReason = Literal[
    "completed",
    "client",
    "deadman",
    "link_lost",
    "over_temperature",
    "button",
    "power",
    "not_confirmed",
    "late",
    "over_limit",
    "refused",
    "bridge_restart",
    "unattended",
    "unknown",
]


class PanelState(Message):
    """What the bridge knows of a panel now; sent on change and every second in a run. Not stored, never acted on later."""

    type: Literal["panel_state"] = "panel_state"
    panel_id: UUID
    link: Literal["absent", "connecting", "connected", "suspect"]
    run: RunState
    session_id: UUID | None
    levels_pct: Levels | None
    """From the panel's own report; None when it does not say."""
    remaining_s: Seconds | None
    elapsed_on_s: Seconds | None
    temperature_c: Annotated[float, Field(ge=-60, le=200, allow_inf_nan=False)] | None
    end_reason: EndReason | None
    off_confirmed: bool | None
    """True only when the panel itself reports off. False: stop sent, not confirmed. None: nothing was stopped."""
    foreign: bool = False
    """The panel is lit, and not by us [B36]."""
    status_age_ms: Annotated[int, Field(ge=0)] | None
    sources: Literal["panel", "commanded"] = "panel"
    passkey: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    """The panel asks for a bond, and waits for this code to be typed in at it [Z16]."""


class RunEvent(Message):
    """A stored fact about a run; kept in the journal until acknowledged, sent exactly once by (epoch, seq) [B40-B42].

    `dose` events carry what was delivered since the last one: equivalent full-level seconds per wavelength, from the
    panel's own reports (`confirmed`) or as an upper bound.
    """

    type: Literal["run_event"] = "run_event"
    seq: Annotated[int, Field(ge=1)]
    epoch: UUID
    at: datetime
    panel_id: UUID
    session_id: UUID | None
    run_no: int | None
    event: Literal[
        "arming",
        "running",
        "commanded",
        "dose",
        "levels",
        "stopping",
        "ended",
        "unknown",
        "resolved",
        "foreign_on",
        "foreign_off",
        "adopted",
    ]
    levels_pct: Levels | None = None
    on_time_s: Seconds | None = None
    """Of a `dose` event: seconds of light since the previous one."""
    full_level_s: dict[WavelengthNm, Seconds] | None = None
    """Of a `dose` event: Σ on-time × level/100 per wavelength, seconds."""
    confirmed: bool = True
    end_reason: EndReason | None = None
    off_confirmed: bool | None = None
    detail: Annotated[str, Field(max_length=300)] = ""
    trace: Trace | None = None


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


ToBridge = Annotated[Welcome | Panels | Ring | Grant | Deny | Stop | Watch | StillHere | Ack | Fault, Field(discriminator="type")]
ToServer = Annotated[Hello | Claim | Result | PanelState | RunEvent | Found | Heard, Field(discriminator="type")]

TO_BRIDGE: Final[TypeAdapter[ToBridge]] = TypeAdapter(ToBridge)
TO_SERVER: Final[TypeAdapter[ToServer]] = TypeAdapter(ToServer)
