"""The interpreter of the profile language: a driver for any panel whose frames are data. Pure, without I/O and clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ble_bridge.drivers.driver import Answer, Exchange, UnfitPanelError
from ble_bridge.drivers.hearing import Hearing
from ble_bridge.drivers.packets import Packer
from ble_bridge.drivers.parts import FrameError
from ble_bridge.drivers.speech import SECONDS_A_MINUTE, OrderName, Slot, Speech, WriteRule
from ble_bridge.run_words import ChannelRange, Facts, Levels, Report

_OFF: Final[Mapping[str, int]] = {"seconds": 0, "minutes": 0, "token": 0, "deadman_ms": 0}


class FramedPanel:
    """One panel that is spoken to as its profile says."""

    def __init__(self, speech: Speech, wavelengths_nm: Sequence[int] | None = None) -> None:
        """`wavelengths_nm`: of the channels in the panel's order, where the owner names them. Raises UnfitPanelError."""
        self._speech = speech
        self._slots = _named(speech, wavelengths_nm)
        self._hearing = Hearing(speech, self._slots)
        self._packer = Packer(speech.packets) if speech.packets else None
        self.subscriptions: tuple[str, ...] = speech.notify
        self.status: str | None = speech.read
        self.serial = ""
        self._levels_in_stop = any(
            name.startswith("level") for rule in speech.orders["stop"] for frame in rule.frames for name in frame.names
        )

    @property
    def facts(self) -> Facts:
        speech = self._speech
        return Facts(
            channels=tuple(
                ChannelRange(s.wavelength_nm, s.min_pct, s.max_pct) for s in self._slots if s.wavelength_nm is not None
            ),
            safety=speech.safety,
            confirm=speech.confirm,
            max_session_s=speech.max_session_s,
            deadman_ms=speech.deadman_ms,
            identifies="identify" in speech.orders,
            bonds=speech.bonds,
        )

    # ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def start(self, token: int, duration_s: int, deadman_ms: int, levels_pct: Levels) -> Exchange:
        """A timer in minutes is set to the whole minutes of the plan, never more; under one it is refused [F43]."""
        levels = self._by_slot(levels_pct)
        minutes = duration_s // SECONDS_A_MINUTE
        if minutes == 0 and self._needs("start", "minutes"):
            raise FrameError(f"the panel's timer counts minutes: it cannot be set to {duration_s} s")
        values = {"seconds": duration_s, "minutes": minutes, "deadman_ms": deadman_ms, "token": token}
        exchange = replace(self._exchange("start", values, levels), rank="raise")
        self._hearing.wrote(levels, start=True)
        return exchange

    def stop(self) -> Exchange:
        """Every write of it, also when one is refused: a channel must not stay lit for another's sake."""
        exchange = replace(self._exchange("stop", _OFF, self._dark()), rank="stop")
        if self._levels_in_stop:
            self._hearing.darkened()
        return exchange

    def emergency_stop(self) -> Exchange | None:
        """The stop without responses, so that it waits behind nothing; where the panel takes such writes."""
        return replace(self.stop(), with_response=False, rank="beside") if self._speech.responses == "both" else None

    def keep_alive(self, token: int) -> Exchange:
        return self._exchange("keep_alive", {**_OFF, "token": token}, self._dark())

    def set_levels(self, token: int, levels_pct: Levels) -> Exchange:
        levels = self._by_slot(levels_pct)
        exchange = replace(self._exchange("levels", {"token": token}, levels), rank="raise")
        self._hearing.wrote(levels, start=False)
        return exchange

    def query(self) -> Exchange | None:
        return self._exchange("query", {}, self._dark()) if "query" in self._speech.orders else None

    def identify(self) -> Exchange | None:
        return self._exchange("identify", {}, self._dark()) if "identify" in self._speech.orders else None

    def hear(self, characteristic: str, payload: bytes) -> Report | Answer | None:
        return self._hearing.hear(characteristic, payload)

    # ── To bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def _needs(self, order: OrderName, field: str) -> bool:
        return any(field in frame.names for rule in self._speech.orders[order] for frame in rule.frames)

    def _dark(self) -> dict[int, int]:
        return {slot.number: 0 for slot in self._slots}

    def _by_slot(self, levels_pct: Levels) -> dict[int, int]:
        """Every channel, those that nobody named at 0. Raises FrameError for a wavelength that the panel lacks."""
        unknown = set(levels_pct) - {slot.wavelength_nm for slot in self._slots}
        if unknown:
            raise FrameError(f"the panel has no {sorted(unknown)} nm")
        return {s.number: levels_pct.get(s.wavelength_nm, 0) if s.wavelength_nm is not None else 0 for s in self._slots}

    def _exchange(self, order: OrderName, values: Mapping[str, int], levels: Mapping[int, int]) -> Exchange:
        speech = self._speech
        if order not in speech.orders:
            raise FrameError(f"the profile has no [{order}]")
        writes = [write for rule in speech.orders[order] for write in self._writes(rule, values, levels)]
        if self._packer is not None:
            writes = [packet for write in writes for packet in self._packer.pack(write)]
        too_long = max(map(len, writes))
        if too_long > speech.longest_write_bytes:
            raise FrameError(f"a write of {too_long} bytes, and `longest_write_bytes` is {speech.longest_write_bytes}")
        first, *more = writes
        return Exchange(speech.write, first, with_response=speech.responses != "never", more=tuple(more), gap_ms=speech.gap_ms)

    def _writes(self, rule: WriteRule, values: Mapping[str, int], levels: Mapping[int, int]) -> Iterator[bytes]:
        wires = {f"level@{slot.number}": slot.wire(levels[slot.number]) for slot in self._slots}
        every = {**values, **wires}
        if not rule.each_channel:
            yield b"".join(frame.encode(every) for frame in rule.frames)
            return
        writes = []
        for slot in self._slots:
            turn = {**every, "channel": slot.number, "level": wires[f"level@{slot.number}"]}
            writes.append(b"".join(frame.encode(turn) for frame in rule.frames))
        yield from [b"".join(writes)] if rule.one_write else writes


def _named(speech: Speech, wavelengths_nm: Sequence[int] | None) -> tuple[Slot, ...]:
    if not speech.owner_names_channels:
        return speech.slots
    named = list(wavelengths_nm or ())
    if len(set(named)) != len(named):
        raise UnfitPanelError(f"{max(named, key=named.count)} nm is named twice")
    if len(named) > len(speech.slots):
        raise UnfitPanelError(f"{len(named)} wavelengths for {len(speech.slots)} channels")
    return tuple(
        replace(slot, wavelength_nm=named[index] if index < len(named) else None) for index, slot in enumerate(speech.slots)
    )
