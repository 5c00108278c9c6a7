"""Reads Android's Bluetooth HCI snoop log: what an app wrote to a device, and what the device said. Pure.

Format: RFC 1761 with the Bluetooth data links 1001 (plain HCI) and 1002 (with the H4 packet type); HCI, L2CAP and ATT as in the
Bluetooth Core specification, volumes 3 and 4.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

MAGIC: Final = b"btsnoop\0"
_HEADER: Final = struct.Struct(">8sII")
_RECORD: Final = struct.Struct(">IIIIQ")
_H1, _H4 = 1001, 1002
_ACL: Final = 0x02
_ATT_CID: Final = 0x0004
_CONTINUATION: Final = 0b01
_MICROSECONDS: Final = 1_000_000
_READ_BY_TYPE, _READ = 0x08, 0x0A
_CHARACTERISTIC: Final = 0x2803
_SHORT_ENTRY, _LONG_ENTRY = 7, 21
_BASE: Final = "0000{:04x}-0000-1000-8000-00805f9b34fb"


class SnoopError(ValueError):
    """Not a log that can be read; one line for a person."""


@dataclass(frozen=True, slots=True)
class Packet:
    t_s: float
    what: Literal["heard", "read", "wrote"]
    characteristic: str
    data: bytes


@dataclass(slots=True)
class Said:
    packets: list[Packet] = field(default_factory=list)
    handles: dict[int, str] = field(default_factory=dict)
    nameless: set[int] = field(default_factory=set)
    """Handles of which the log does not say whose they are: the phone knew them from before."""


def read(data: bytes, handles: Mapping[int, str]) -> Said:
    """`handles` are known beforehand. Raises SnoopError, also where nothing of the log can be named."""
    said = Said(handles=dict(handles))
    att = _Attribute(said)
    for t_s, sent, connection, pdu in _pdus(data):
        att.take(t_s, sent, connection, pdu)
    if not said.packets and said.nameless:
        known = ", ".join(f"{handle:#x}" for handle in sorted(said.nameless)[:8])
        raise SnoopError(f"the log does not say what {known} are: write them with --handle, as in --handle 0x12=fff1")
    return said


def _records(data: bytes) -> Iterator[tuple[float, bool, bytes]]:
    """Seconds since the first, whether it was sent by the phone, and the packet with its H4 type."""
    if len(data) < _HEADER.size:
        raise SnoopError("the log breaks off in its header")
    _, version, link = _HEADER.unpack_from(data)
    if version != 1 or link not in (_H1, _H4):
        raise SnoopError(f"version {version} with data link {link} is not read: 1 with 1001 or 1002 is")
    at, first = _HEADER.size, None
    while at + _RECORD.size <= len(data):
        _, kept, flags, _, microseconds = _RECORD.unpack_from(data, at)
        packet = data[at + _RECORD.size : at + _RECORD.size + kept]
        at += _RECORD.size + kept
        if len(packet) < kept:
            return  # broken off while it was written
        first = microseconds if first is None else first
        command_or_event = bool(flags & 2)
        whole = packet if link == _H4 else bytes((0x01 if command_or_event else _ACL,)) + packet
        yield (microseconds - first) / _MICROSECONDS, not flags & 1, whole


def _pdus(data: bytes) -> Iterator[tuple[float, bool, int, bytes]]:
    """Attribute PDUs, put together from their fragments."""
    parts: dict[tuple[int, bool], bytes] = {}
    for t_s, sent, packet in _records(data):
        if len(packet) < 5 or packet[0] != _ACL:
            continue
        handle, _ = struct.unpack_from("<HH", packet, 1)
        key = (handle & 0x0FFF, sent)
        continued = (handle >> 12) & 0b11 == _CONTINUATION
        frame = parts.pop(key, b"") + packet[5:] if continued else packet[5:]
        if len(frame) < 4:
            continue
        length, channel = struct.unpack_from("<HH", frame)
        if len(frame) < 4 + length:
            parts[key] = frame
        elif channel == _ATT_CID and length:
            yield t_s, sent, key[0], frame[4 : 4 + length]


class _Attribute:
    """Follows the attribute protocol: which handle is which characteristic, and what was written and said."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._asked: dict[int, tuple[int, int]] = {}
        """By connection: the last request's opcode and its type or handle."""

    def take(self, t_s: float, sent: bool, connection: int, pdu: bytes) -> None:
        opcode, body = pdu[0], pdu[1:]
        match opcode:
            case 0x08 if len(body) == 6:
                self._asked[connection] = (opcode, struct.unpack_from("<H", body, 4)[0])
            case 0x09 if self._asked.get(connection) == (_READ_BY_TYPE, _CHARACTERISTIC):
                self._table(body)
            case 0x0A if len(body) == 2:
                self._asked[connection] = (opcode, struct.unpack("<H", body)[0])
            case 0x0B if self._asked.get(connection, (0, 0))[0] == _READ:
                self._note(t_s, "read", self._asked[connection][1], body)
            case 0x12 | 0x52 if sent and len(body) >= 2:
                self._note(t_s, "wrote", struct.unpack_from("<H", body)[0], body[2:])
            case 0x1B | 0x1D if not sent and len(body) >= 2:
                self._note(t_s, "heard", struct.unpack_from("<H", body)[0], body[2:])
            case _:
                pass

    def _table(self, body: bytes) -> None:
        size = body[0] if body else 0
        if size not in (_SHORT_ENTRY, _LONG_ENTRY):
            return
        for at in range(1, len(body) - size + 1, size):
            (value,) = struct.unpack_from("<H", body, at + 3)
            uuid = body[at + 5 : at + size]
            self._said.handles[value] = _BASE.format(int.from_bytes(uuid, "little")) if len(uuid) == 2 else _long(uuid)

    def _note(self, t_s: float, what: Literal["heard", "read", "wrote"], handle: int, data: bytes) -> None:
        characteristic = self._said.handles.get(handle)
        if characteristic is None:
            self._said.nameless.add(handle)
        else:
            self._said.packets.append(Packet(t_s, what, characteristic, data))


def _long(uuid: bytes) -> str:
    text = uuid[::-1].hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
