"""Words that the messages between server and bridge are made of: numbers and their bounds, and what a panel is."""

import re
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ble_bridge.contract import limits

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
