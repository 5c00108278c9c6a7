"""As much of two wire formats as the rig speaks: protocol buffers, and the frames of the line to a browser."""

import asyncio
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

VERSION: Final = 41
HEARTBEAT, HEARTBEAT_ANSWER, LOGIN, LOGIN_ANSWER, DATA = 0, 1, 2, 3, 8
"""What the first byte of a frame says that it is."""


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, value: int | str | bytes) -> bytes:
    """A number as a varint, anything else with its length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def fixed64(number: int, value: int) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field; a value with a length stays bytes."""
    at = 0
    while at < len(message):
        key, at = _varint_at(message, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint_at(message, at)
            yield number, value
            continue
        size = {1: 8, 5: 4}.get(kind)
        if size is None:
            size, at = _varint_at(message, at)
        yield number, message[at : at + size]
        at += size


def _varint_at(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


@dataclass(frozen=True)
class Frame:
    tag: int
    body: bytes

    def packed(self) -> bytes:
        return bytes([self.tag]) + varint(len(self.body)) + self.body


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """Raises `asyncio.IncompleteReadError` when the other side has gone."""
    tag = (await reader.readexactly(1))[0]
    size = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return Frame(tag, await reader.readexactly(size))
