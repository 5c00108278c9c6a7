"""A panel of another make on the air: its firmware on a real clock, its light recorded, its table offered to whoever connects."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from typing import Any, Final

from bumble.core import UUID
from bumble.data_types import IncompleteListOf16BitServiceUUIDs
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from ble_bridge.virtual.antenna import Antenna
from ble_bridge.virtual.keypad import Keypad
from ble_bridge.virtual.light import LightRecord
from ble_bridge.virtual.makers import Firmware
from ble_bridge.virtual.model import FaultName
from ble_bridge.virtual.panel import PanelSnapshot
from ble_bridge.virtual.radio import Radio
from ble_bridge.virtual.watchers import Watchers

_SAYS_EVERY_S: Final = 1.0
_TURN_S: Final = 0.02
_SHORT_UUID: Final = slice(4, 8)


class MakerPanel:
    """Panel and server in one; `Station` uses it in place of both."""

    def __init__(
        self,
        firmware: Firmware,
        radio: Radio,
        *,
        address: str,
        renew: Callable[[], Firmware],
        bonds: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.firmware = firmware
        self.make = firmware.make
        self.name, self.address = self.make.name, address
        self._renew, self._clock = renew, clock
        self._faults: set[FaultName] = set()
        self.watchers = Watchers()
        self._changed = asyncio.Event()
        self.writes = 0
        """That anybody sent: to an unknown device there must be none."""
        self.record = LightRecord(self.make.wavelengths_nm, clock())
        self._antenna = Antenna(radio, name=self.name, address=address, has_fault=self._faults.__contains__)
        self.keypad = Keypad() if bonds else None
        if self.keypad is not None:
            self.keypad.put_on(self._antenna.device)
        self._mouth = self._add_service()

    def _add_service(self) -> Characteristic[bytes] | None:
        kind, may = Characteristic.Properties, Characteristic.Permissions
        take: CharacteristicValue[bytes] = CharacteristicValue(write=self._write)
        writes = may.WRITEABLE if self.keypad is None else may.WRITEABLE | may.WRITE_REQUIRES_AUTHENTICATION
        ear: Characteristic[bytes] = Characteristic(UUID(self.make.write), kind.WRITE | kind.WRITE_WITHOUT_RESPONSE, writes, take)
        table: list[Characteristic[Any]] = [ear]
        mouth: Characteristic[bytes] | None = None
        if self.make.notify:
            mouth = Characteristic(UUID(self.make.notify), kind.NOTIFY, may.READABLE, b"")
            table.append(mouth)
        self._antenna.device.add_services([Service(UUID(self.make.service), table)])
        return mouth

    # ── On the air ───────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def connected(self) -> bool:
        return self._antenna.connected

    async def start(self) -> None:
        await self._antenna.start(IncompleteListOf16BitServiceUUIDs([UUID(self.make.service[_SHORT_UUID])]))

    async def close(self) -> None:
        await self._antenna.close()

    async def leave(self) -> None:
        """Out of the air for good."""
        await self._antenna.leave()

    async def cycle_power(self) -> None:
        self.cut_power()
        if self.keypad is not None:
            self.keypad.close_window()
        await self._antenna.reboot()

    async def _write(self, _connection: Connection, data: bytes) -> None:
        self.writes += 1
        await self._antenna.while_mute()
        with contextlib.suppress(ValueError, IndexError):  # its firmware ignores what it does not understand
            self.firmware.write(data, self._clock())
        self._look()
        self._changed.set()

    # ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def run(self) -> None:
        """The hardware timer, and what it says. Runs until cancelled."""
        said_s = -math.inf
        while True:
            now_s = self._clock()
            self.firmware.advance(now_s)
            self._look()
            if self._changed.is_set() or now_s - said_s >= _SAYS_EVERY_S:
                said_s = now_s
                self._changed.clear()
                self._say(now_s)
                self.watchers.tell()
            ends_s = self.firmware.ends_s if self.firmware.on else None
            wait_s = min(said_s + _SAYS_EVERY_S, ends_s or math.inf) - self._clock()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, wait_s)):  # not `wait_for`: see `VirtualPanel`
                    await self._changed.wait()
            if self._changed.is_set():
                await asyncio.sleep(_TURN_S)  # several writes are told of once

    def _say(self, now_s: float) -> None:
        if self._mouth is not None and not self._antenna.silent:
            for said in self.firmware.says(now_s):
                self._antenna.spawn(self._antenna.device.notify_subscribers(self._mouth, said))

    def _look(self) -> None:
        self.record.note(self.firmware.output_pct, self._clock())

    # ── Hands, faults, and what the observer sees ────────────────────────────────────────────────────────────────────
    def press_button(self, *, lights: bool = True) -> None:
        self.firmware.switch(lights and not self.firmware.on, self._clock())
        self._settle()

    def cut_power(self) -> None:
        self.firmware.switch(False, self._clock())
        self._settle()

    async def set_fault(self, name: FaultName, on: bool) -> None:
        (self._faults.add if on else self._faults.discard)(name)
        self.firmware.stuck = FaultName.STUCK_CHANNEL in self._faults
        await self._antenna.fault_changed(name, on)
        self._settle()

    def forget_tokens(self) -> None:
        """Such panels have none."""

    def renew(self) -> None:
        self.firmware = self._renew()
        self.writes = 0
        self.record = LightRecord(self.make.wavelengths_nm, self._clock())
        self._settle()

    def _settle(self) -> None:
        self._look()
        self._changed.set()

    def snapshot(self) -> PanelSnapshot:
        now_s = self._clock()
        self.firmware.advance(now_s)
        self._look()
        firmware = self.firmware
        return PanelSnapshot(
            t=now_s,
            state="running" if firmware.on else "idle",
            reason="none",
            token=0,
            light=dict(zip(self.make.wavelengths_nm, firmware.output_pct, strict=True)),
            remaining_s=float(firmware.left_s(now_s)),
            deadman_left_s=None,
            temperature_c=25.0,
            local=False,
            stuck=firmware.stuck and not firmware.on,
            identifying=False,
            faults=sorted(self._faults),
        )
