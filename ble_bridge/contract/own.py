"""What a bridge has of its own, told to the server: its files of profiles, and what its doctor finds."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ble_bridge.contract import limits
from ble_bridge.contract.commands import ProfileFile
from ble_bridge.contract.terms import Message


class OwnProfile(Message):
    """A file in the bridge's folder of profiles, sound or not [F62]."""

    type: Literal["own_profile"] = "own_profile"
    file: ProfileFile
    profile: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None
    """Its id; None where the file is not sound."""
    name: Annotated[str, Field(max_length=80)]
    safety: Literal["deadman", "hw_timer", "none"] | None
    confirm: Literal["token", "status", "none"] | None
    faults: Annotated[str, Field(max_length=2_000)]
    """One a line, with what to write instead; empty where it is sound."""
    text: Annotated[str, Field(max_length=limits.MAX_PROFILE_LETTERS)]
    """Empty where it is too long for a message."""


class Shelf(Message):
    """Which files there are; sent after each of them was [F62]."""

    type: Literal["shelf"] = "shelf"
    files: Annotated[list[ProfileFile], Field(max_length=100)]


class Finding(Message):
    """What one of the doctor's checks found."""

    rule: Annotated[str, Field(pattern=r"^G[0-9]{1,3}$")]
    """Its number in docs/running-a-bridge.md."""
    verdict: Literal["ok", "mind", "wrong"]
    text: Annotated[str, Field(max_length=500)]
    mend: Annotated[str, Field(max_length=500)]


class Checkup(Message):
    """What the doctor found [G60]."""

    type: Literal["checkup"] = "checkup"
    command_id: UUID
    findings: Annotated[list[Finding], Field(max_length=60)]
