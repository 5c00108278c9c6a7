"""Pure: firmware of panels of other makes, written from what is publicly known of their bytes and not from any profile.

What they give for light is theirs alone to say, so a wrong profile shows in the light. Times are seconds of a monotonic clock.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

FULL: Final = 100
_SHORT: Final = "0000{}-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class Make:
    """What such a device shows in the air and in its table."""

    name: str
    service: str
    write: str
    notify: str | None
    wavelengths_nm: tuple[int, ...]


class Firmware:
    """On or off, a level for each channel, perhaps a timer. `stuck`: the first channel does not go off."""

    make: Make

    def __init__(self) -> None:
        self.on = False
        self.levels = [FULL] * len(self.make.wavelengths_nm)
        self.set_s = 0
        self.ends_s: float | None = None
        self.stuck = False

    @property
    def output_pct(self) -> tuple[int, ...]:
        if self.on:
            return tuple(self.levels)
        return tuple(FULL if self.stuck and not index else 0 for index, _ in enumerate(self.levels))

    def write(self, data: bytes, now_s: float) -> None:
        """What is not understood is ignored, as such panels do."""
        raise NotImplementedError

    def says(self, now_s: float) -> Iterator[bytes]:
        """Its notifications, once a second and on a change."""
        del now_s
        yield from ()

    def advance(self, now_s: float) -> None:
        if self.on and self.ends_s is not None and now_s >= self.ends_s:
            self.on, self.ends_s = False, None

    def left_s(self, now_s: float) -> int:
        return max(0, math.ceil(self.ends_s - now_s)) if self.on and self.ends_s is not None else 0

    def switch(self, on: bool, now_s: float) -> None:
        self.ends_s = now_s + self.set_s if on and self.set_s else None
        self.on = on


class BlockBlueLight(Firmware):
    make = Make("BLOCK-VIRTUAL", _SHORT.format("fff0"), _SHORT.format("fff2"), _SHORT.format("fff1"), (630, 660, 810, 830, 850))

    def write(self, data: bytes, now_s: float) -> None:
        while len(data) >= 7 and data[:2] == b"\x3a\x01":
            size = 7 + int.from_bytes(data[3:5], "big")
            frame, data = data[:size], data[size:]
            if len(frame) == size and frame[-1] == 0x0A and frame[-2] == sum(frame[1:-2]) & 0xFF:
                self._obey(frame[2], frame[5:-2], now_s)

    def _obey(self, command: int, said: bytes, now_s: float) -> None:
        match command, *said:
            case 0x20, 0:
                self.switch(False, now_s)
            case 0x20, 1 | 2:
                self.switch(True, now_s)
            case 0x31, high, low:
                self.set_s = high << 8 | low
            case 0x41, channel, level if channel < len(self.levels) and level <= FULL:
                self.levels[channel] = level

    def says(self, now_s: float) -> Iterator[bytes]:
        state = bytes((self.on,)) + self.set_s.to_bytes(2, "big") + self.left_s(now_s).to_bytes(2, "big")
        for command, said in ((0x40, bytes((*self.levels, 0, 0))), (0x10, state)):
            body = bytes((1, command)) + len(said).to_bytes(2, "big") + said
            yield b"\x2a" + body + bytes((sum(body) & 0xFF, 0x0A))


class Elk(Firmware):
    make = Make("ELK-BLEDOM01", _SHORT.format("fff0"), _SHORT.format("fff3"), None, (660,))

    def write(self, data: bytes, now_s: float) -> None:
        if len(data) != 9 or data[0] != 0x7E or data[-1] != 0xEF:
            return
        if data[2] == 0x04:
            self.switch(data[3] == 0xF0, now_s)
        elif data[1:3] == b"\x04\x01" and data[3] <= FULL:
            self.levels[0] = data[3]


class Glow(Firmware):
    """The example of docs/profiles.md: its OFF acts on the first channel only."""

    make = Make("GLOW-2", _SHORT.format("ffe0"), _SHORT.format("ffe1"), _SHORT.format("ffe2"), (660, 850))
    steps: Final = (50, 200)

    def write(self, data: bytes, now_s: float) -> None:
        line = data.decode("ascii", errors="ignore").removesuffix("\r\n")
        said, _, check = line.removeprefix("#").rpartition("*")
        if check == f"{reduce(xor, said.encode(), 0):02X}":
            self._obey(said, now_s)

    def _obey(self, said: str, now_s: float) -> None:
        if said == "ON":
            self.switch(True, now_s)
        elif said == "OFF":
            self.levels[0] = 0
        elif said[0] == "T":
            self.set_s = int(said[1:]) * 60
        elif said[0] == "L":
            channel = int(said[1]) - 1
            self.levels[channel] = int(said[3:]) * FULL // self.steps[channel]
        if self.on and not any(self.levels):
            self.switch(False, now_s)

    def says(self, now_s: float) -> Iterator[bytes]:
        levels = [pct * steps // FULL for pct, steps in zip(self.output_pct, self.steps, strict=True)]
        said = f"S{int(self.on)},{levels[0]:03},{levels[1]:03},{math.ceil(self.left_s(now_s) / 60):02}"
        yield f"${said}*{reduce(xor, said.encode(), 0):02X}\r\n".encode()


class Stranger(Firmware):
    """A lamp of a make that no profile knows: it understands nothing of what is known here."""

    make = Make("Mood Lamp 7", _SHORT.format("fff0"), _SHORT.format("fff4"), _SHORT.format("fff5"), (600,))

    def write(self, data: bytes, now_s: float) -> None:
        """Any write at all lights it: an unknown device must never be written to."""
        del data
        self.switch(True, now_s)

    def says(self, now_s: float) -> Iterator[bytes]:
        del now_s
        yield bytes((0x55, self.on, *self.levels))


MAKES: Final[Mapping[str, Callable[[], Firmware]]] = {
    "blockbluelight": BlockBlueLight, "elk": Elk, "glow": Glow, "stranger": Stranger,
}  # fmt: skip
