"""A panel's language, as its profile says it: channels, frames of each order, layouts of each status. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ble_bridge.drivers.frame import Frame
from ble_bridge.drivers.parts import FrameError
from ble_bridge.run_words import Confirm, Safety

OrderName = Literal["start", "stop", "levels", "keep_alive", "query", "identify"]
Seen = Literal["on", "off", "fault"]
FULL_PCT: Final = 100
SECONDS_A_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """One channel as the panel counts it. Between `wire_off` and `wire_full` its levels are spread evenly [F31]."""

    number: int
    wavelength_nm: int | None
    """None: the owner names it when pairing."""
    min_pct: int
    max_pct: int
    wire_off: int
    wire_full: int

    def wire(self, pct: int) -> int:
        """Rounded towards off, so that the light is never more than was asked for. Raises FrameError outside the range."""
        if pct != 0 and not self.min_pct <= pct <= self.max_pct:
            raise FrameError(f"channel {self.number} has no {pct} %: it goes from {self.min_pct} to {self.max_pct} %")
        steps = self.wire_full - self.wire_off
        whole = abs(steps) * pct // FULL_PCT
        return self.wire_off + (whole if steps > 0 else -whole)

    def pct(self, wire: int) -> int | None:
        """Rounded up; None for what no level of this channel can be."""
        steps = self.wire_full - self.wire_off
        done = (wire - self.wire_off) * (1 if steps > 0 else -1)
        if not 0 <= done <= abs(steps):
            return None
        return -(-done * FULL_PCT // abs(steps))


@dataclass(frozen=True, slots=True)
class WriteRule:
    """One write, or one for each channel [F40]."""

    frames: tuple[Frame, ...]
    """More than one: sent together in one write."""
    each_channel: bool = False
    one_write: bool = False
    """Of `each_channel`: the frames of all channels together in one write."""


@dataclass(frozen=True, slots=True)
class StatusRule:
    """One layout of what the panel says [F50]."""

    characteristic: str
    frame: Frame
    states: Mapping[int, Seen]


@dataclass(frozen=True, slots=True)
class Packets:
    """What wraps every write, and with `heard` every notification [F45]."""

    frame: Frame
    payload_most_bytes: int
    heard: bool


@dataclass(frozen=True, slots=True)
class Speech:
    slots: tuple[Slot, ...]
    safety: Safety
    confirm: Confirm
    max_session_s: int
    deadman_ms: int
    write: str
    responses: Literal["always", "never", "both"]
    notify: tuple[str, ...]
    read: str | None
    gap_ms: int
    longest_write_bytes: int
    orders: Mapping[OrderName, tuple[WriteRule, ...]]
    statuses: tuple[StatusRule, ...]
    levels_are: Literal["output", "setting"]
    packets: Packets | None = None
    bonds: bool = False
    """Nothing but off is written before a bond [F48]."""

    @property
    def owner_names_channels(self) -> bool:
        return any(slot.wavelength_nm is None for slot in self.slots)
