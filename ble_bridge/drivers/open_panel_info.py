"""Pure: what a panel of the open profile says of itself. Numbers in brackets are rules of `docs/panel-service.md`."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ble_bridge.drivers.open_panel_terms import MAJOR, MAX_WIRE_CHANNELS, MINOR, Capability, WireError, pack, unpack

_INFO = struct.Struct("<BBHHHHB")
_CHANNEL = struct.Struct("<HBB")
_MAX_SERIAL_BYTES: Final = 64
_U16: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    wavelength_nm: int
    min_pct: int
    max_pct: int


@dataclass(frozen=True, slots=True)
class PanelInfo:
    """What the panel is and may be asked for [S3-S5]."""

    capabilities: Capability
    max_session_s: int
    deadman_min_ms: int
    deadman_max_ms: int
    channels: tuple[ChannelInfo, ...]
    serial: str
    minor: int = MINOR

    def allows_levels(self, levels_pct: Sequence[int]) -> bool:
        """One level for each channel, each 0 or within its range, and not all 0 [S11]."""
        if len(levels_pct) != len(self.channels) or not any(levels_pct):
            return False
        fits = (level == 0 or c.min_pct <= level <= c.max_pct for level, c in zip(levels_pct, self.channels, strict=True))
        return all(fits)

    def allows_start(self, *, duration_s: int, deadman_ms: int, levels_pct: Sequence[int]) -> bool:
        """Whether a start with these values is within the panel's ranges [S11]."""
        return (
            0 < duration_s <= self.max_session_s
            and self.deadman_min_ms <= deadman_ms <= self.deadman_max_ms
            and self.allows_levels(levels_pct)
        )


def encode_info(info: PanelInfo) -> bytes:
    _check_info(info)
    serial = info.serial.encode()
    head = pack(
        _INFO,
        MAJOR,
        info.minor,
        info.capabilities,
        info.max_session_s,
        info.deadman_min_ms,
        info.deadman_max_ms,
        len(info.channels),
    )
    channels = b"".join(pack(_CHANNEL, c.wavelength_nm, c.min_pct, c.max_pct) for c in info.channels)
    return head + channels + bytes((len(serial),)) + serial


def decode_info(data: bytes) -> PanelInfo:
    """Raises WireError for another major version, a wrong length or values that no panel may have [S3, S5]."""
    major, minor, capabilities, max_session_s, deadman_min_ms, deadman_max_ms, count = unpack(_INFO, data[: _INFO.size])
    if major != MAJOR:
        raise WireError(f"major version {major}")
    serial_at = _INFO.size + count * _CHANNEL.size
    if not 1 <= count <= MAX_WIRE_CHANNELS or len(data) <= serial_at:
        raise WireError(f"{count} channels in {len(data)} bytes")
    channels = tuple(ChannelInfo(*c) for c in _CHANNEL.iter_unpack(data[_INFO.size : serial_at]))
    end = serial_at + 1 + data[serial_at]
    if len(data) < end or (minor == 0 and len(data) > end):
        raise WireError(f"{len(data)} bytes where {end} are said")
    try:
        serial = data[serial_at + 1 : end].decode()
    except UnicodeDecodeError as error:
        raise WireError("serial number is not UTF-8") from error
    known = Capability(capabilities & (Capability.BONDING | Capability.IDENTIFY | Capability.TEMPERATURE))
    info = PanelInfo(known, max_session_s, deadman_min_ms, deadman_max_ms, channels, serial, minor)
    _check_info(info)
    return info


def _check_info(info: PanelInfo) -> None:
    wavelengths = {c.wavelength_nm for c in info.channels}
    sound = (
        1 <= len(info.channels) <= MAX_WIRE_CHANNELS
        and len(wavelengths) == len(info.channels)
        and all(c.wavelength_nm > 0 and 1 <= c.min_pct <= c.max_pct <= 100 for c in info.channels)
        and 0 < info.deadman_min_ms <= info.deadman_max_ms <= _U16
        and 0 < info.max_session_s <= _U16
        and len(info.serial.encode(errors="replace")) <= _MAX_SERIAL_BYTES
        and (info.serial.isprintable())
    )
    if not sound:
        raise WireError(f"no panel may say {info}")
