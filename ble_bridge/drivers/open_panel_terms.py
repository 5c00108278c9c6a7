"""Pure: names and numbers of the open panel profile, version 1. Numbers in brackets are rules of `docs/panel-service.md`."""

import struct
from enum import IntEnum, IntFlag
from typing import Final

SERVICE_UUID: Final = "0c840001-2b30-4706-a281-ec66bcb4bdbe"
INFORMATION_UUID: Final = "0c840002-2b30-4706-a281-ec66bcb4bdbe"
CONTROL_POINT_UUID: Final = "0c840003-2b30-4706-a281-ec66bcb4bdbe"
STATUS_UUID: Final = "0c840004-2b30-4706-a281-ec66bcb4bdbe"
EMERGENCY_STOP_UUID: Final = "0c840005-2b30-4706-a281-ec66bcb4bdbe"

MAJOR: Final = 1
MINOR: Final = 0
MAX_WIRE_CHANNELS: Final = 4
STATUS_BYTES: Final = 20
NOT_MEASURED: Final = -32768
"""Temperature on the wire when there is none [S44]."""
ATT_CCCD_IMPROPERLY_CONFIGURED: Final = 0xFD
"""A control write while indications are off [S19]."""
ATT_INVALID_LENGTH: Final = 0x0D
"""An empty control write [S18]."""


class WireError(ValueError):
    """Bytes that are not of this profile, or values that it cannot say. The text is for a log, not for a person."""


class Op(IntEnum):
    START = 1
    STOP = 2
    KEEP_ALIVE = 3
    SET_LEVELS = 4
    IDENTIFY = 5


class Result(IntEnum):
    SUCCESS = 1
    NOT_SUPPORTED = 2
    INVALID = 3
    FAILED = 4
    NOT_PERMITTED = 5
    WRONG_TOKEN = 6
    BUSY = 7
    FAULT_LATCHED = 8


class State(IntEnum):
    IDLE = 0
    RUNNING = 2
    FAULT = 4


class Reason(IntEnum):
    """Why the last run ended [S40]."""

    NONE = 0
    COMPLETED = 1
    CLIENT = 2
    DEADMAN = 3
    LINK_LOST = 4
    OVER_TEMPERATURE = 5
    BUTTON = 6
    POWER = 7


class Capability(IntFlag):
    BONDING = 1
    IDENTIFY = 2
    TEMPERATURE = 4


class Flag(IntFlag):
    """Of the status [S45]."""

    LOCAL = 1
    OUTPUT_STUCK = 2
    IDENTIFYING = 4


def pack(layout: struct.Struct, *values: int) -> bytes:
    """Raises WireError when a value does not fit its width."""
    try:
        return layout.pack(*values)
    except struct.error as error:
        raise WireError(f"{values}: {error}") from error


def unpack(layout: struct.Struct, data: bytes) -> tuple[int, ...]:
    """Raises WireError for any other length."""
    if len(data) != layout.size:
        raise WireError(f"{len(data)} bytes where {layout.size} are needed")
    return layout.unpack(data)
