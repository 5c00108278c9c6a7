"""What a command asks for, and what the server allows for it. Numbers in brackets are rules of `docs/bridge.md`."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ble_bridge.contract import limits
from ble_bridge.contract.terms import Fluence, Levels, Message, WavelengthNm


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


ProfileFile = Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,100}\.toml$")]
"""A file's name in the bridge's folder of profiles."""


class RemoveProfileArgs(Message):
    """Take a profile of one's own out of the bridge's folder [F64]."""

    kind: Literal["remove_profile"] = "remove_profile"
    file: ProfileFile


class DoctorArgs(Message):
    """Look what is wrong with the bridge, its radio and its way to the server [G60]."""

    kind: Literal["doctor"] = "doctor"


CommandArgs = Annotated[
    StartArgs | SetLevelsArgs | IdentifyArgs | ScanArgs | AddProfileArgs | RemoveProfileArgs | DoctorArgs,
    Field(discriminator="kind"),
]
