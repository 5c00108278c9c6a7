"""A panel of another make on the air: its firmware on a real clock, its light recorded, its table offered to whoever connects."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from bumble.att import ATT_Error
from bumble.core import UUID, AdvertisingData
from bumble.data_types import CompleteLocalName, Flags, IncompleteListOf16BitServiceUUIDs
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR, Address

from ble_bridge.virtual.light import LightRecord
from ble_bridge.virtual.makers import Firmware
from ble_bridge.virtual.model import FaultName
from ble_bridge.virtual.panel import PanelSnapshot
from ble_bridge.virtual.radio import SUPERVISION_TIMEOUT_S, Radio, RadioController
from ble_bridge.virtual.server import ADVERTISING_INTERVAL_MS, BOOT_S

_SAYS_EVERY_S: Final = 1.0
_TURN_S: Final = 0.02
_ATT_UNLIKELY: Final = 0x0E
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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.firmware = firmware
        self.make = firmware.make
        self.name, self.address = self.make.name, address
        self._renew, self._clock, self._radio = renew, clock, radio
        self._faults: set[FaultName] = set()
        self._watchers: set[asyncio.Event] = set()
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._freed = asyncio.Event()
        self._booting = False
        self.writes = 0
        """That anybody sent: to an unknown device there must be none."""
        self.record = LightRecord(self.make.wavelengths_nm, clock())
        self._controller = RadioController(self.name, radio)
        configuration = DeviceConfiguration(
            name=self.name,
            address=Address(address),
            advertising_interval_min=ADVERTISING_INTERVAL_MS,
            advertising_interval_max=ADVERTISING_INTERVAL_MS,
        )
        self._device = Device.from_config_with_hci(configuration, self._controller, self._controller)
        self._mouth = self._add_service()

    def _add_service(self) -> Characteristic[bytes] | None:
        kind, may = Characteristic.Properties, Characteristic.Permissions
        take: CharacteristicValue[bytes] = CharacteristicValue(write=self._write)
        ear: Characteristic[bytes] = Characteristic(
            UUID(self.make.write), kind.WRITE | kind.WRITE_WITHOUT_RESPONSE, may.WRITEABLE, take
        )
        table: list[Characteristic[Any]] = [ear]
        mouth: Characteristic[bytes] | None = None
        if self.make.notify:
            mouth = Characteristic(UUID(self.make.notify), kind.NOTIFY, may.READABLE, b"")
            table.append(mouth)
        self._device.add_services([Service(UUID(self.make.service), table)])
        return mouth

    # ── On the air ───────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def connected(self) -> bool:
        return bool(self._device.connections)

    async def start(self) -> None:
        flags = Flags(AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED)
        service = IncompleteListOf16BitServiceUUIDs([UUID(self.make.service[_SHORT_UUID])])
        self._device.advertising_data = bytes(AdvertisingData([flags, service]))
        self._device.scan_response_data = bytes(AdvertisingData([CompleteLocalName(self.name)]))
        self._device.on(Device.EVENT_CONNECTION, self._on_connection)
        await self._device.power_on()
        await self._device.start_advertising()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def leave(self) -> None:
        """Out of the air for good."""
        with contextlib.suppress(Exception):  # the link may be going at this moment
            await self._device.stop_advertising()
        for connection in list(self._device.connections.values()):
            await self._drop(connection)
        await self.close()
        self._radio.remove_controller(self._controller)

    def _on_connection(self, connection: Connection) -> None:
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        if FaultName.DROP_LINK in self._faults:
            self._spawn(self._drop(connection))

    def _on_disconnection(self, _reason: int) -> None:
        if not self._booting:
            self._spawn(self._device.start_advertising())

    async def _drop(self, connection: Connection) -> None:
        if connection.handle in self._device.connections:
            await connection.disconnect(HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    async def cycle_power(self) -> None:
        self.cut_power()
        self._booting = True
        try:
            await self._device.stop_advertising()
            self._radio.fall_silent(self._controller, noticed_after_s=SUPERVISION_TIMEOUT_S)
            await asyncio.sleep(BOOT_S)
        finally:
            self._booting = False
        await self._device.start_advertising()

    async def _write(self, _connection: Connection, data: bytes) -> None:
        self.writes += 1
        if FaultName.MUTE in self._faults:
            await self._freed.wait()
            raise ATT_Error(_ATT_UNLIKELY)
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
                for watcher in self._watchers:
                    watcher.set()
            ends_s = self.firmware.ends_s if self.firmware.on else None
            wait_s = min(said_s + _SAYS_EVERY_S, ends_s or math.inf) - self._clock()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), max(0.0, wait_s))
            if self._changed.is_set():
                await asyncio.sleep(_TURN_S)  # several writes are told of once

    def _say(self, now_s: float) -> None:
        if (
            self._mouth is not None
            and self.connected
            and not self._faults & {FaultName.MUTE, FaultName.NO_NOTIFY, FaultName.NO_STATUS}
        ):
            for said in self.firmware.says(now_s):
                self._spawn(self._device.notify_subscribers(self._mouth, said))

    def _look(self) -> None:
        self.record.note(self.firmware.output_pct, self._clock())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # a link that goes while it is told something is no fault of the panel

    @contextlib.contextmanager
    def changes(self) -> Iterator[asyncio.Event]:
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    # ── Hands, faults, and what the observer sees ────────────────────────────────────────────────────────────────────
    def press_button(self) -> None:
        self.firmware.switch(not self.firmware.on, self._clock())
        self._settle()

    def cut_power(self) -> None:
        self.firmware.switch(False, self._clock())
        self._settle()

    async def set_fault(self, name: FaultName, on: bool) -> None:
        (self._faults.add if on else self._faults.discard)(name)
        self.firmware.stuck = FaultName.STUCK_CHANNEL in self._faults
        if name is FaultName.MUTE and not on:
            self._freed.set()
            self._freed = asyncio.Event()
        if name is FaultName.DROP_LINK and on:
            for connection in list(self._device.connections.values()):
                await self._drop(connection)
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
