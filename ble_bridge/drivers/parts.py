"""What a frame of the profile language is made of, and how each part becomes bytes and is found in them. Pure; rules F10-F22."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ble_bridge.drivers.checks import Crc

Values = Mapping[str, int]
"""By the names of fields; a level by `level@N`, the level of the channel in turn by `level`."""
BINARY: Final[Mapping[str, tuple[int, Literal["big", "little"], bool]]] = {
    "u8": (1, "big", False), "i8": (1, "big", True), "u16be": (2, "big", False), "u16le": (2, "little", False),
    "i16be": (2, "big", True), "i16le": (2, "little", True), "u24be": (3, "big", False), "u24le": (3, "little", False),
    "u32be": (4, "big", False), "u32le": (4, "little", False),
}  # fmt: skip
_TEXT: Final = re.compile(r"^(d|x|X)([1-9])?$")
_LONGEST_NUMBER: Final = 5


class FrameError(ValueError):
    """A frame that cannot be, or a value that it cannot say. The text says what to write instead."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one number is written: `u8`, `u16be`, `i16le` … in binary, `d`, `d3`, `x2`, `X2` as text."""

    name: str

    @classmethod
    def of(cls, name: str) -> "Kind | None":
        return cls(name) if name in BINARY or _TEXT.match(name) else None

    @property
    def size(self) -> int | None:
        """Bytes; None where the number of digits is open."""
        if self.name in BINARY:
            return BINARY[self.name][0]
        return int(self.name[1:]) if len(self.name) > 1 else None

    def encode(self, value: int) -> bytes:
        """Raises FrameError for a value that does not fit."""
        if self.name in BINARY:
            size, order, signed = BINARY[self.name]
            try:
                return value.to_bytes(size, order, signed=signed)
            except OverflowError as error:
                raise FrameError(f"{value} does not fit into {self.name}") from error
        digits = {"d": str(value), "x": f"{value:x}", "X": f"{value:X}"}[self.name[0]].rjust(self.size or 0, "0")
        if value < 0 or len(digits) > (self.size or _LONGEST_NUMBER):
            raise FrameError(f"{value} does not fit into {self.name}")
        return digits.encode()

    def pattern(self) -> bytes:
        """A regular expression with one group."""
        if self.name in BINARY:
            return b"(.{%d})" % BINARY[self.name][0]
        digit = {"d": b"[0-9]", "x": b"[0-9a-f]", "X": b"[0-9A-F]"}[self.name[0]]
        return b"(%s{%s})" % (digit, str(self.size or f"1,{_LONGEST_NUMBER}").encode())

    def decode(self, data: bytes) -> int:
        """Of what the pattern found."""
        if self.name in BINARY:
            _, order, signed = BINARY[self.name]
            return int.from_bytes(data, order, signed=signed)
        return int(data, 10 if self.name[0] == "d" else 16)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of the finished frame, `from:to`; `to` None: up to the part itself; -1 is the last byte's beginning, as in Python."""

    start: int
    stop: int | None
    to_end: bool = False

    def of(self, frame: bytes | bytearray, own: int) -> bytes:
        return bytes(frame[slice(*self.bounds(len(frame), own))])

    def bounds(self, length: int, own: int) -> tuple[int, int]:
        stop = length if self.to_end else own if self.stop is None else self.stop + (length if self.stop < 0 else 0)
        return self.start, stop


@dataclass(frozen=True, slots=True)
class Const:
    data: bytes


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind
    divisor: int = 1
    """Of a temperature: 10 for tenths of a degree."""


@dataclass(frozen=True, slots=True)
class Pad:
    until: int
    byte: int


@dataclass(frozen=True, slots=True)
class Skip:
    """Bytes of a status that nobody understands."""

    count: int


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    span: Span
    kind: Kind
    crc: Crc | None


@dataclass(frozen=True, slots=True)
class Length:
    span: Span
    kind: Kind


@dataclass(frozen=True, slots=True)
class Hole:
    """Where the frame (of an envelope) or the payload (of a packet) goes in."""

    name: str


Part = Const | Field | Pad | Skip | Check | Length | Hole
