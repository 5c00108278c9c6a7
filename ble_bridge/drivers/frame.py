"""A finished frame template: values to bytes, and bytes to values, with every check looked at. Pure; rules F10-F22."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ble_bridge.drivers.checks import check
from ble_bridge.drivers.parts import Check, Const, Field, FrameError, Hole, Length, Pad, Part, Skip, Values

LONGEST_FRAME: Final = 244
"""What one write can carry at the largest usual MTU, bytes."""


@dataclass(frozen=True)
class Frame:
    """Parts in order. A hole takes `payload`; there is one at most."""

    parts: tuple[Part, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Field))

    @cached_property
    def checked(self) -> bool:
        """Whether a checksum stands in it; without one only a notification that is this frame and nothing else is believed."""
        return any(isinstance(part, Check) for part in self.parts)

    def fields(self) -> Iterator[Field]:
        return (part for part in self.parts if isinstance(part, Field))

    # ── To bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def encode(self, values: Values, payload: bytes = b"") -> bytes:
        """Raises FrameError for a value that the frame cannot say."""
        frame, places = bytearray(), []
        for part in self.parts:
            places.append(len(frame))
            frame += _laid(part, len(frame), values, payload)
        if len(frame) > LONGEST_FRAME:
            raise FrameError(f"the frame has {len(frame)} bytes; at most {LONGEST_FRAME} can be sent")
        for late in (Length, Check):  # a checksum may cover a length, never the other way round
            for part, at in zip(self.parts, places, strict=True):
                if isinstance(part, late):
                    worth = _worth(part, bytes(frame), at)
                    data = part.kind.encode(worth)
                    frame[at : at + len(data)] = data
        return bytes(frame)

    # ── From bytes ───────────────────────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        pattern, at = b"", 0
        for part in self.parts:
            piece, size = _sought(part, at)
            pattern += piece
            at += size
        return re.compile(pattern, re.DOTALL)

    def find(self, data: bytes, at: int) -> tuple[dict[str, int], bytes, int] | None:
        """The values, the payload and where the frame ends, if a sound one begins there."""
        match = self._pattern.match(data, at)
        return None if match is None else self._read(match)

    def whole(self, data: bytes) -> tuple[dict[str, int], bytes] | None:
        """If these bytes are a sound frame and nothing else."""
        match = self._pattern.fullmatch(data)
        read = self._read(match) if match else None
        return None if read is None else read[:2]

    def _read(self, match: re.Match[bytes]) -> tuple[dict[str, int], bytes, int] | None:
        frame, start = match.group(0), match.start()
        values: dict[str, int] = {}
        payload, group = b"", 0
        for part in self.parts:
            if isinstance(part, Const | Pad | Skip):
                continue
            group += 1
            found, at = match.group(group), match.start(group) - start
            if isinstance(part, Hole):
                payload = found
                continue
            value = part.kind.decode(found)
            if isinstance(part, Field):
                if values.setdefault(part.name, value) != value:
                    return None  # said twice, and not the same
            elif value != _worth(part, frame, at):
                return None
        return values, payload, match.end()

    def filled(self, inner: "Frame") -> "Frame":
        """With another frame's parts in place of the hole."""
        return Frame(tuple(each for part in self.parts for each in (inner.parts if isinstance(part, Hole) else (part,))))

    def shortest(self) -> int:
        """Bytes at least."""
        return len(self.encode(dict.fromkeys(self.names, 0)))


def never_sound(envelope: Frame) -> str | None:
    """Why it can be laid round no frame of any length; None if it can."""
    why = None
    for size in range(LONGEST_FRAME):
        try:
            envelope.encode(dict.fromkeys(envelope.names, 0), bytes(size))
        except FrameError as error:
            why = why or str(error)
        else:
            return None
    return why


def _laid(part: Part, at: int, values: Mapping[str, int], payload: bytes) -> bytes:
    match part:
        case Const(data):
            return data
        case Field(name, kind):
            return kind.encode(_value(name, values))
        case Pad():
            return _padding(part, at)
        case Check() | Length():
            return bytes(part.kind.size or 0)
        case Hole():
            return payload
        case Skip(count):
            return bytes(count)


def _value(name: str, values: Values) -> int:
    if name not in values:
        raise FrameError(f"there is no {name} to say here")
    return values[name]


def _padding(pad: Pad, at: int) -> bytes:
    if at > pad.until:
        raise FrameError(f"the frame has {at} bytes where it is padded to {pad.until}")
    return bytes((pad.byte,)) * (pad.until - at)


def _worth(part: Check | Length, frame: bytes, at: int) -> int:
    """What stands there in a sound frame. Raises FrameError for a range that the frame does not have."""
    first, last = part.span.bounds(len(frame), at)
    own_end = at + (part.kind.size or 0)
    if not 0 <= first < last <= len(frame):
        text = f"the range {first}:{last} is empty or outside the {len(frame)} bytes of the frame"
        raise FrameError(f"{text}: write one that lies in it")
    if isinstance(part, Length):
        return last - first
    if first < own_end and at < last:
        text = f"the range {first}:{last} covers the checksum itself, at {at}"
        raise FrameError(f"{text}: write one that ends before it, such as `{first if first < at else 0}:`")
    return check(part.name, frame[first:last], part.crc)


def _sought(part: Part, at: int) -> tuple[bytes, int]:
    """A regular expression for it, with one group for what has a value, and its size where that is known."""
    match part:
        case Const(data):
            return re.escape(data), len(data)
        case Field(kind=kind) | Check(kind=kind) | Length(kind=kind):
            return kind.pattern(), kind.size or 0
        case Pad(until, byte):
            return re.escape(bytes((byte,))) + b"{%d}" % max(0, until - at), max(0, until - at)
        case Skip(count):
            return b".{%d}" % count, count
        case Hole():
            return b"(.*)", 0
