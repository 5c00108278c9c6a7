"""The words of a profile file and their types; `docs/profiles.md` has their rules. `docs/profile.schema.json` is made from these.

A description says what to write: it ends the error that a person reads.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ble_bridge.contract import limits

Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$", description='small letters, digits and hyphens, such as "maker-model-1"')]
Uuid = Annotated[
    str,
    Field(
        pattern=r"^([0-9a-f]{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
        description='a full UUID, or the four digits of a short one, in small letters, such as "fff2"',
    ),
]
Line = Annotated[str, Field(min_length=1, max_length=80, description="a text of at most 80 letters")]
FrameText = Annotated[str, Field(min_length=1, max_length=400, description="a frame, such as `3A 01 {level u8} {sum8 1:}`")]
Byte = Annotated[int, Field(ge=0, le=255, description="a whole number from 0 to 255")]
SafetyWord = Annotated[
    Literal["deadman", "hw_timer", "none"],
    Field(description='"deadman" or "hw_timer" or "none": how the panel itself ends its light when nobody is there any more'),
]
ConfirmWord = Annotated[
    Literal["token", "status", "none"], Field(description='"token" or "status" or "none": how the panel shows that it is on')
]


class Word(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Recognise(Word):
    """Never by the service alone [F3]."""

    name: Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[^*?\[\]]{2,}\*?$")] | None = Field(
        None, description='the beginning of the advertised name and a star, such as "BLOCK*", or the whole name'
    )
    service: Uuid | None = None
    information: Uuid | None = None
    """A characteristic that a driver in code reads first."""
    characteristics: list[Uuid] = Field(
        min_length=1, max_length=16, description="a list of full UUIDs or four digits, in small letters: all must be there"
    )


class EachChannel(Word):
    each_channel: FrameText | Annotated[list[FrameText], Field(min_length=1, max_length=8)]
    one_write: bool = Field(False, description="true or false: the frames of all channels in one write")


WriteText = FrameText | Annotated[list[FrameText], Field(min_length=1, max_length=8)] | EachChannel
Writes = Annotated[
    list[WriteText],
    Field(min_length=1, max_length=16, description="a list of writes: a frame, a list of frames, or { each_channel = frame }"),
]


class Order(Word):
    writes: Writes


class Stop(Word):
    writes: Writes
    turns_off: Literal["all"] | list[Byte] | None = Field(
        None, description='"all" if one of the writes turns every channel off, or a list of the channels that it does'
    )


class Link(Word):
    write: Uuid
    responses: Literal["always", "never", "both"] = Field(
        description='"always" (write with response), "never" (without), or "both" (with; an emergency stop without)'
    )
    notify: list[Uuid] = Field([], max_length=4, description="a list of characteristics that notify")
    read: Uuid | None = None
    gap_ms: int = Field(0, ge=0, le=200, description="milliseconds between two writes, 0 to 200")
    longest_write_bytes: int = Field(20, ge=8, le=244, description="bytes of the longest write, 8 to 244")


class Envelopes(Word):
    order: FrameText | None = Field(None, description="what stands round every order, with {frame} once")
    status: FrameText | None = Field(None, description="what stands round every status, with {frame} once")


class Channel(Word):
    number: Byte = Field(description="the number that the panel gives this channel, 0 to 255")
    wavelength_nm: Annotated[int, Field(ge=400, le=1400)] | Literal["owner"] = Field(
        description='a wavelength of 400 to 1400 in nm, or "owner" where the person has to say it'
    )
    min_pct: int = Field(1, ge=1, le=100, description="the lowest level above off in percent, 1 to 100")
    max_pct: int = Field(100, ge=1, le=100, description="the highest level in percent, 1 to 100")
    wire: list[Annotated[int, Field(ge=0, le=65_535)]] = Field(
        [0, 100], min_length=2, max_length=2, description="[value at off, value at 100 %], such as [0, 255]"
    )


class Status(Word):
    frame: FrameText
    characteristic: Uuid | None = None
    """Which says it, if there are several."""
    states: dict[Literal["on", "off", "fault"], list[Annotated[int, Field(ge=0, le=65_535)]]] = Field(
        {}, description="what the values of {state} mean, such as { on = [1], off = [0, 2] }"
    )


class Packets(Word):
    frame: FrameText = Field(description="a header such as `AA {seq u8} {index u8} {count u8} {payload}`")
    payload_most_bytes: int = Field(ge=1, le=240, description="bytes of a message that one packet carries, 1 to 240")
    heard: bool = Field(description="true or false: whether notifications come in such packets too")


class Common(Word):
    profile: Id
    name: Line
    safety: SafetyWord
    confirm: ConfirmWord
    recognise: Recognise = Field(description="a table [recognise]")


class CodeProfile(Common):
    """A panel that needs a driver in code."""

    driver: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")] = Field(description="the name of a driver that is installed")
    identify_unpaired: bool = Field(description="true or false: whether blinking is harmless before it is paired")


class FrameProfile(Common):
    """A panel whose frames are data."""

    max_session_s: int = Field(
        ge=60, le=limits.MAX_SESSION_S, description=f"the longest session in seconds, 60 to {limits.MAX_SESSION_S}"
    )
    deadman_ms: int | None = Field(
        None,
        ge=1000,
        le=limits.DEADMAN_MS,
        description=f"after how long without a word the panel goes dark, 1000 to {limits.DEADMAN_MS}",
    )
    levels_are: Literal["output", "setting"] = Field(
        "setting", description='"output" (a status tells what the light gives now) or "setting" (what it gives while on)'
    )
    identify_unpaired: bool = Field(False, description="true or false: whether blinking is harmless before it is paired")
    bonds: bool = Field(
        False, description="true or false: whether it has to be bonded, by a code typed in at it, before it is used"
    )
    link: Link = Field(description="a table [link]")
    frames: Envelopes = Field(Envelopes(), description="a table [frames]")
    channels: list[Channel] = Field(
        min_length=1, max_length=limits.MAX_CHANNELS, description=f"[[channels]], 1 to {limits.MAX_CHANNELS} of them"
    )
    start: Order = Field(description="a table [start] with `writes`")
    stop: Stop = Field(description="a table [stop] with `writes`: a panel that cannot be turned off is not run")
    levels: Order | None = Field(None, description="a table [levels] with `writes`")
    keep_alive: Order | None = Field(None, description="a table [keep_alive] with `writes`")
    query: Order | None = Field(None, description="a table [query] with `writes`")
    identify: Order | None = Field(None, description="a table [identify] with `writes`")
    status: list[Status] = Field([], max_length=8, description="[[status]], one for each layout")
    packets: Packets | None = Field(None, description="a table [packets]")


ANY_PROFILE: Final[TypeAdapter[Any]] = TypeAdapter(CodeProfile | FrameProfile)


def schema() -> dict[str, Any]:
    """The JSON schema of a profile file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "NIRWeb panel profile",
        **ANY_PROFILE.json_schema(),
    }
