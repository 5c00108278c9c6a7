"""A recording: JSON lines, first the device, then what it said and what was written to it, with seconds since the beginning."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from ble_bridge.commands import btsnoop
from ble_bridge.commands.command import CommandError

_HIDDEN: Final = ("00002a", "00002b")
"""Characteristics that the Bluetooth SIG gave a meaning: names, serial numbers, table changes."""
_CAN: Final = {"heard": "notify", "read": "read", "wrote": "write"}
MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Characteristic:
    uuid: str
    properties: tuple[str, ...]

    @property
    def hidden(self) -> bool:
        return self.uuid.startswith(_HIDDEN) and self.uuid.endswith("-0000-1000-8000-00805f9b34fb")


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    address: str
    services: tuple[str, ...]
    characteristics: tuple[Characteristic, ...]


@dataclass(frozen=True, slots=True)
class Record:
    t_s: float
    what: Literal["heard", "read", "wrote"]
    characteristic: str
    data: bytes


class Recorder:
    """Writes line by line, so that a recording that is broken off is one."""

    def __init__(self, file: TextIO, device: Device) -> None:
        self._file = file
        about = {"device": device.name, "address": device.address, "services": device.services}
        table = [{"uuid": one.uuid, "properties": one.properties} for one in device.characteristics]
        self._line({**about, "characteristics": table})

    def record(self, record: Record) -> None:
        self._line({"t": round(record.t_s, 3), record.what: record.data.hex(), "at": record.characteristic})

    def _line(self, said: dict[str, Any]) -> None:
        self._file.write(json.dumps(said) + "\n")
        self._file.flush()


def read_recording(path: Path, handles: Sequence[tuple[int, str]] = ()) -> tuple[Device, list[Record]]:
    """Ours or a btsnoop log. Raises CommandError with file and line."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError(f"{path}: larger than {MOST_BYTES // 1024 // 1024} MiB: record less")
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    if data.startswith(btsnoop.MAGIC):
        return _of_btsnoop(path, data, dict(handles))
    return _of_lines(path, data)


def _of_btsnoop(path: Path, data: bytes, handles: dict[int, str]) -> tuple[Device, list[Record]]:
    try:
        said = btsnoop.read(data, handles)
    except btsnoop.SnoopError as error:
        raise CommandError(f"{path}: {error}") from error
    records = [Record(one.t_s, one.what, one.characteristic, one.data) for one in said.packets]
    seen = tuple(_as_it_was_used(uuid, records) for uuid in dict.fromkeys(said.handles.values()))
    return Device("", "", (), seen), records


def _as_it_was_used(uuid: str, records: Sequence[Record]) -> Characteristic:
    """A log of the maker's app shows what a characteristic can by what was done with it."""
    done = dict.fromkeys(one.what for one in records if one.characteristic == uuid)
    return Characteristic(uuid, tuple(_CAN[what] for what in done))


def _of_lines(path: Path, data: bytes) -> tuple[Device, list[Record]]:
    device: Device | None = None
    records: list[Record] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            if device is None:
                device = _device(said)
            else:
                records.append(_record(said))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            text = "not a line of a recording: make one with `capture`, or give an Android btsnoop log"
            raise CommandError(f"{path}:{number}: {text}") from error
    if device is None:
        raise CommandError(f"{path}: an empty recording: make one with `capture`, or give an Android btsnoop log")
    return device, records


def _device(said: dict[str, Any]) -> Device:
    table = tuple(Characteristic(str(one["uuid"]), tuple(map(str, one["properties"]))) for one in said["characteristics"])
    return Device(str(said["device"]), str(said["address"]), tuple(map(str, said["services"])), table)


def _record(said: dict[str, Any]) -> Record:
    kinds: Iterable[Literal["heard", "read", "wrote"]] = ("heard", "read", "wrote")
    what = next((kind for kind in kinds if kind in said), None)
    if what is None:
        raise KeyError("heard")
    return Record(float(said["t"]), what, str(said["at"]), bytes.fromhex(said[what]))
