"""What a panel's bytes tell: sound frames found among damaged ones, and put together to a report. Pure; rules F50-F57."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ble_bridge.contract.wire import EndReason
from ble_bridge.drivers.packets import Unpacker
from ble_bridge.drivers.parts import Field
from ble_bridge.drivers.speech import SECONDS_A_MINUTE, Seen, Slot, Speech, StatusRule
from ble_bridge.run_words import Report

_COLDEST_C, _HOTTEST_C = -60.0, 200.0
_NEARLY_OVER_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Told:
    """One sound frame."""

    rule: StatusRule
    values: Mapping[str, int]


class Hearing:
    """Of one panel over one link; `slots` are its channels with the wavelengths that they have for the owner."""

    def __init__(self, speech: Speech, slots: tuple[Slot, ...]) -> None:
        self._speech = speech
        self._slots = {slot.number: slot for slot in slots}
        self._written: dict[int, int] = {}
        self._darkened = False
        self._levels: dict[int, int] = {}
        self._seen: Seen | None = None
        self._left_s: float | None = None
        self._ended: EndReason | None = None
        self._unpacker = Unpacker(speech.packets) if speech.packets and speech.packets.heard else None
        self._says_state = any(rule.states for rule in speech.statuses)

    def wrote(self, levels: Mapping[int, int], *, start: bool) -> None:
        """These levels (percent by channel) were told to the panel: what it said of them before is old."""
        self._written = dict(levels)
        self._levels.clear()
        self._darkened = False
        if start:
            self._ended, self._left_s = None, None

    def darkened(self) -> None:
        """A stop set every channel to 0: a level above that is a channel that stayed on, also where levels are settings [F56]."""
        self._darkened = True

    def hear(self, characteristic: str, payload: bytes) -> Report | None:
        """A report, if these bytes tell of the panel's state. What is damaged is left out, whole [F52]."""
        report: Report | None = None
        for data in self._unpacker.take(payload) if self._unpacker else (payload,):
            for told in self._frames(characteristic, data):
                report = self._take(told) or report
        return report

    def _frames(self, characteristic: str, data: bytes) -> Iterator[Told]:
        rules = [rule for rule in self._speech.statuses if rule.characteristic == characteristic]
        for rule in rules:
            whole = None if rule.frame.checked else rule.frame.whole(data)
            if whole is not None:
                yield Told(rule, whole[0])
                return
        yield from _sound_to_the_end(data, [rule for rule in rules if rule.frame.checked])

    # ── What a frame means ───────────────────────────────────────────────────────────────────────────────────────────
    def _take(self, told: Told) -> Report | None:
        """Nothing of a frame is believed that says what cannot be [F54]."""
        levels = self._levels_in(told)
        seen = told.rule.states.get(told.values["state"]) if "state" in told.values else None
        if levels is None or ("state" in told.values and seen is None):
            return None
        self._levels.update(levels)
        if seen is None and not self._says_state and self._speech.levels_are == "output":
            seen = "on" if any(self._levels.values()) else "off"
        if seen is None:
            return None  # levels alone are no news of whether it is on
        left_s = _left_s(told.values)
        if self._seen == "on" and seen == "off" and self._left_s is not None and self._left_s <= _NEARLY_OVER_S:
            self._ended = "completed"
        self._seen, self._left_s = seen, left_s
        return self._report(told, seen, left_s)

    def _levels_in(self, told: Told) -> dict[int, int] | None:
        """Percent by channel; None if one of them cannot be."""
        wires = {int(name.partition("@")[2]): value for name, value in told.values.items() if name.startswith("level@")}
        if "level" in told.values and "channel" in told.values:
            wires[told.values["channel"]] = told.values["level"]
        elif "level" in told.values:
            wires.update(dict.fromkeys(self._slots, told.values["level"]))
        levels: dict[int, int] = {}
        for number, wire in wires.items():
            slot = self._slots.get(number)
            pct = self._pct(slot, wire) if slot else None
            if pct is None:
                return None
            levels[number] = pct
        return levels

    def _pct(self, slot: Slot, wire: int) -> int | None:
        """The level that was written, where the panel's coarser steps make it the same [F32]."""
        written = self._written.get(slot.number)
        if written is not None and slot.wire(written) == wire:
            return written
        return slot.pct(wire)

    def _report(self, told: Told, seen: Seen, left_s: float | None) -> Report:
        output = self._speech.levels_are == "output" or self._darkened
        shown = dict(self._levels) if output or seen == "on" else dict.fromkeys(self._slots, 0)
        nameless = any(pct for number, pct in shown.items() if self._slots[number].wavelength_nm is None)
        named = {slot.wavelength_nm: shown.get(slot.number) for slot in self._slots.values() if slot.wavelength_nm is not None}
        complete = all(pct is not None for pct in named.values())
        known = {nm: pct or 0 for nm, pct in named.items()} if complete or (seen == "off" and shown) else None
        return Report(
            running=seen == "on" or (nameless and output),
            token=told.values.get("token"),
            levels_pct=known,
            remaining_s=left_s if seen == "on" else None,
            temperature_c=_temperature_c(told),
            ended=self._ended if seen == "off" else None,
            fault=seen == "fault",
        )


def _sound_to_the_end(data: bytes, rules: Sequence[StatusRule]) -> Sequence[Told]:
    """Frames with nothing damaged behind them: a byte too many can move a short checksum to where it fits by chance [F52]."""
    at = 0
    told: list[Told] = []
    while at < len(data):
        found = next(((rule, one) for rule in rules if (one := rule.frame.find(data, at))), None)
        if found is None:
            told.clear()
            at += 1
        else:
            rule, (values, _, at) = found
            told.append(Told(rule, values))
    return told


def _left_s(values: Mapping[str, int]) -> float | None:
    if "seconds" in values:
        return float(values["seconds"])
    return float(values["minutes"] * SECONDS_A_MINUTE) if "minutes" in values else None


def _temperature_c(told: Told) -> float | None:
    """None for what no light source can have: such a reading is no reading, and in a run that is off [B27]."""
    field = next((part for part in told.rule.frame.parts if isinstance(part, Field) and part.name == "temperature"), None)
    if field is None:
        return None
    celsius = told.values["temperature"] / field.divisor
    return celsius if _COLDEST_C <= celsius <= _HOTTEST_C else None
