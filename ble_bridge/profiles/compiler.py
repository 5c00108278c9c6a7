"""From the words of a profile to a panel's language, with everything refused that could leave a light on. Rules F1-F57."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from ble_bridge.drivers.frame import Frame, never_sound
from ble_bridge.drivers.parts import FrameError
from ble_bridge.drivers.speech import OrderName, Packets, Seen, Slot, Speech, StatusRule, WriteRule
from ble_bridge.drivers.template import ORDER_FIELDS, PACKET_FIELDS, STATUS_FIELDS, compile_frame
from ble_bridge.profiles import words
from ble_bridge.profiles.faults import Fault
from ble_bridge.profiles.source import Path

_BASE: Final = "0000{}-0000-1000-8000-00805f9b34fb"
_ORDERS: Final[tuple[OrderName, ...]] = get_args(OrderName)
_SHORT_UUID: Final = 4


def full_uuid(uuid: str) -> str:
    return _BASE.format(uuid) if len(uuid) == _SHORT_UUID else uuid


class Compiler:
    """Compiles one profile; `faults` has everything that is wrong with it."""

    def __init__(self, said: words.FrameProfile) -> None:
        self._said = said
        self._numbers = [channel.number for channel in said.channels]
        self.faults: list[Fault] = []

    def speech(self) -> Speech | None:
        """None if there are faults."""
        said, link = self._said, self._said.link
        if len(set(self._numbers)) != len(self._numbers):
            index = next(i for i, number in enumerate(self._numbers) if number in self._numbers[:i])
            text = f"channel {self._numbers[index]} is there already: write another number"
            self.faults.append(Fault(("channels", index, "number"), text))
            return None
        orders = {name: self._order(name) for name in _ORDERS if getattr(said, name) is not None}
        speech = Speech(
            slots=tuple(_slot(channel) for channel in said.channels),
            safety=said.safety,
            confirm=said.confirm,
            max_session_s=said.max_session_s,
            deadman_ms=said.deadman_ms or 0,
            write=full_uuid(link.write),
            responses=link.responses,
            notify=tuple(full_uuid(uuid) for uuid in link.notify),
            read=full_uuid(link.read) if link.read else None,
            gap_ms=link.gap_ms,
            longest_write_bytes=link.longest_write_bytes,
            orders=orders,
            statuses=tuple(self._statuses()),
            levels_are=said.levels_are,
            packets=self._packets(),
            bonds=said.bonds,
        )
        if not self.faults:
            from ble_bridge.profiles.soundness import faults_of  # it tries what is compiled here

            self.faults.extend(faults_of(said, speech))
        return None if self.faults else speech

    # ── Frames ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def _frame(self, path: Path, text: str, fields: tuple[str, ...], hole: str = "") -> Frame | None:
        try:
            return compile_frame(text, fields, self._numbers, hole)
        except FrameError as error:
            self.faults.append(Fault(path, str(error)))
            return None

    def _order(self, name: OrderName) -> tuple[WriteRule, ...]:
        envelope = self._envelope("order", ORDER_FIELDS)
        writes = getattr(self._said, name).writes
        return tuple(self._write((name, "writes", index), write, envelope) for index, write in enumerate(writes))

    def _envelope(self, which: str, fields: tuple[str, ...]) -> Frame | None:
        text = getattr(self._said.frames, which)
        path: Path = ("frames", which)
        if text is None or any(fault.path == path for fault in self.faults):
            return None
        envelope = self._frame(path, text, fields, "frame")
        never = never_sound(envelope) if envelope else None
        if never:
            self.faults.append(Fault(path, f"it fits round nothing: {never}"))
        return envelope

    def _write(self, path: Path, write: words.WriteText, envelope: Frame | None) -> WriteRule:
        each = isinstance(write, words.EachChannel)
        said = write.each_channel if isinstance(write, words.EachChannel) else write
        frames = [self._frame(path, text, ORDER_FIELDS) for text in ([said] if isinstance(said, str) else said)]
        whole = tuple(envelope.filled(frame) if envelope else frame for frame in frames if frame)
        rule = WriteRule(whole, each, one_write=isinstance(write, words.EachChannel) and write.one_write)
        if not each and any(frame.names & {"level", "channel"} for frame in whole):
            text = "`{level …}` and `{channel …}` are of one channel at a time: write { each_channel = … }, or `level@0`"
            self.faults.append(Fault(path, text))
        return rule

    # ── What it says ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _statuses(self) -> Iterator[StatusRule]:
        envelope = self._envelope("status", STATUS_FIELDS)
        for index, said in enumerate(self._said.status):
            path: Path = ("status", index, "frame")
            frame = self._frame(path, said.frame, STATUS_FIELDS)
            characteristic = self._speaker(index, said)
            states = self._states(index, said)
            if frame is None:
                continue
            whole = envelope.filled(frame) if envelope else frame
            if ("state" in whole.names) != bool(states):
                missing = "`states`, such as { on = [1], off = [0] }" if not states else "`{state u8}` in the frame"
                self.faults.append(Fault(path, f"{{state}} and `states` belong together: write {missing}"))
            yield StatusRule(characteristic, whole, states)

    def _speaker(self, index: int, said: words.Status) -> str:
        link = self._said.link
        mouths = [full_uuid(uuid) for uuid in (*link.notify, *([link.read] if link.read else []))]
        chosen = full_uuid(said.characteristic) if said.characteristic else (mouths[0] if len(set(mouths)) == 1 else "")
        if chosen not in mouths:
            text = "a status comes from a characteristic that [link] names in `notify` or `read`: write `characteristic` and that"
            self.faults.append(Fault(("status", index, "characteristic"), text))
        return chosen

    def _states(self, index: int, said: words.Status) -> Mapping[int, Seen]:
        states: dict[int, Seen] = {}
        for seen, values in said.states.items():
            for value in values:
                if value in states:
                    text = f"{value} is both {states[value]} and {seen}: write it once"
                    self.faults.append(Fault(("status", index, "states"), text))
                states[value] = seen
        return states

    def _packets(self) -> Packets | None:
        said = self._said.packets
        if said is None:
            return None
        frame = self._frame(("packets", "frame"), said.frame, PACKET_FIELDS, "payload")
        return Packets(frame, said.payload_most_bytes, said.heard) if frame else None


def _slot(channel: words.Channel) -> Slot:
    nm = None if channel.wavelength_nm == "owner" else channel.wavelength_nm
    return Slot(channel.number, nm, channel.min_pct, channel.max_pct, channel.wire[0], channel.wire[1])
