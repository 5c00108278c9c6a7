"""What the bridge tells of a panel and its runs. Numbers in brackets are rules of `docs/bridge.md`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ble_bridge.contract.terms import Levels, Message, Seconds, Trace, WavelengthNm

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


Wrong = Literal["not_bonded", "bond_lost", "another"]
"""Why a panel that is in reach is of no use: it wants to be paired with a code; it does not take the code that it was paired with
any more; what answers in its place is not what was added [Z18]."""


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
    wrong: Wrong | None = None


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
