"""The Bluetooth side of a virtual panel: its GATT table, its advertising, and the faults that sit between radio and firmware."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from bumble.att import ATT_Error
from bumble.core import UUID, AdvertisingData
from bumble.data_types import CompleteLocalName, Flags, IncompleteListOf128BitServiceUUIDs
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR, Address
from bumble.profiles.device_information_service import DeviceInformationService

from ble_bridge.drivers.open_panel_wire import (
    ATT_CCCD_IMPROPERLY_CONFIGURED,
    ATT_INVALID_LENGTH,
    CONTROL_POINT_UUID,
    EMERGENCY_STOP_UUID,
    INFORMATION_UUID,
    SERVICE_UUID,
    STATUS_UUID,
    Answer,
    Op,
    Result,
    encode_answer,
)
from ble_bridge.virtual.model import FaultName
from ble_bridge.virtual.panel import VirtualPanel
from ble_bridge.virtual.radio import SUPERVISION_TIMEOUT_S, Radio, RadioController

ADVERTISING_INTERVAL_MS: Final = 62.5
"""Bumble's controller takes the interval's units of 0.625 ms for milliseconds: on the air this is 100 ms."""
BOOT_S: Final = 1.0
SLOW_S: Final = 2.0
DROP_AFTER_S: Final = 0.3
_ATT_UNLIKELY: Final = 0x0E
_INDICATE: Final = 0x02
MAKER: Final = "NIRWeb"
MODEL: Final = "Virtual panel"
FIRMWARE: Final = "1.0"
_log = logging.getLogger(__name__)


class PanelServer:
    """Puts one panel on the air. Nothing in here decides about light: it carries bytes to the panel, or with a fault does not."""

    def __init__(self, panel: VirtualPanel, radio: Radio, *, name: str, address: str) -> None:
        self.panel = panel
        self.name = name
        self.address = address
        self._radio = radio
        self._controller = RadioController(name, radio)
        configuration = DeviceConfiguration(
            name=name,
            address=Address(address),
            advertising_interval_min=ADVERTISING_INTERVAL_MS,
            advertising_interval_max=ADVERTISING_INTERVAL_MS,
        )
        self._device = Device.from_config_with_hci(configuration, self._controller, self._controller)
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_order = asyncio.Lock()
        self._stops = 0
        self._freed = asyncio.Event()
        self._booting = False
        self._add_services()
        panel.on_status = self._notify

    @property
    def connected(self) -> bool:
        return bool(self._device.connections)

    def _add_services(self) -> None:
        kind, may = Characteristic.Properties, Characteristic.Permissions
        information: CharacteristicValue[bytes] = CharacteristicValue(read=self._read_information)
        control: CharacteristicValue[bytes] = CharacteristicValue(write=self._write_control)
        status: CharacteristicValue[bytes] = CharacteristicValue(read=self._read_status)
        emergency: CharacteristicValue[bytes] = CharacteristicValue(write=self._write_emergency)
        both = may.READABLE | may.WRITEABLE
        self._control: Characteristic[bytes] = Characteristic(UUID(CONTROL_POINT_UUID), kind.WRITE | kind.INDICATE, both, control)
        self._status: Characteristic[bytes] = Characteristic(UUID(STATUS_UUID), kind.READ | kind.NOTIFY, may.READABLE, status)
        characteristics: list[Characteristic[Any]] = [
            Characteristic(UUID(INFORMATION_UUID), kind.READ, may.READABLE, information),
            self._control,
            self._status,
            Characteristic(UUID(EMERGENCY_STOP_UUID), kind.WRITE | kind.WRITE_WITHOUT_RESPONSE, may.WRITEABLE, emergency),
        ]
        serial = self.panel.model.info.serial
        about = DeviceInformationService(
            manufacturer_name=MAKER, model_number=MODEL, serial_number=serial, firmware_revision=FIRMWARE
        )
        self._device.add_services([about, Service(UUID(SERVICE_UUID), characteristics)])

    # ── On the air ───────────────────────────────────────────────────────────────────────────────────────────────────
    async def start(self) -> None:
        flags = Flags(AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED)
        self._device.advertising_data = bytes(AdvertisingData([flags, IncompleteListOf128BitServiceUUIDs([UUID(SERVICE_UUID)])]))
        self._device.scan_response_data = bytes(AdvertisingData([CompleteLocalName(self.name)]))
        self._device.on(Device.EVENT_CONNECTION, self._on_connection)
        await self._device.power_on()
        await self._device.start_advertising()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _on_connection(self, connection: Connection) -> None:
        _log.info("%s: linked", self.name)
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        if self.panel.has_fault(FaultName.DROP_LINK):
            self._spawn(self._drop(connection, DROP_AFTER_S))

    def _on_disconnection(self, reason: int) -> None:
        """The link is gone, which ends no run: the dead-man does [S32]."""
        _log.info("%s: link lost, reason %#04x", self.name, reason)
        if not self._booting:
            self._spawn(self._device.start_advertising())

    async def cycle_power(self) -> None:
        """Dark at once; whoever was linked notices after the supervision timeout; found again after the boot [S33]."""
        self.panel.cut_power()
        self._booting = True
        try:
            await self._device.stop_advertising()
            self._radio.fall_silent(self._controller, noticed_after_s=SUPERVISION_TIMEOUT_S)
            await asyncio.sleep(BOOT_S)
        finally:
            self._booting = False
        await self._device.start_advertising()

    async def set_fault(self, name: FaultName, on: bool) -> None:
        self.panel.set_fault(name, on)
        if name is FaultName.MUTE and not on:
            self._freed.set()
            self._freed = asyncio.Event()
        if name is FaultName.DROP_LINK and on:
            for connection in list(self._device.connections.values()):
                await self._drop(connection, 0.0)

    async def _drop(self, connection: Connection, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if connection.handle in self._device.connections:
            await connection.disconnect(HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    # ── Characteristics ──────────────────────────────────────────────────────────────────────────────────────────────
    async def _read_information(self, _connection: Connection) -> bytes:
        await self._while_mute()
        return self.panel.info()

    async def _read_status(self, _connection: Connection) -> bytes:
        await self._while_mute()
        if self.panel.has_fault(FaultName.NO_STATUS):
            raise ATT_Error(_ATT_UNLIKELY)
        return self.panel.status()

    async def _write_control(self, connection: Connection, data: bytes) -> None:
        if not data:
            raise ATT_Error(ATT_INVALID_LENGTH)
        if not self._indicates(connection) and data[0] != Op.STOP:
            raise ATT_Error(ATT_CCCD_IMPROPERLY_CONFIGURED)
        await self._while_mute()
        stops = self._stops
        async with self._in_order:
            if self.panel.has_fault(FaultName.SLOW):
                await asyncio.sleep(SLOW_S)
            overtaken = self._stops != stops and data[0] != Op.STOP
            answer = Answer(data[0], data[1] if len(data) > 1 else 0, Result.FAILED) if overtaken else self.panel.control(data)
        self._spawn(self._answer(connection, answer))

    def _write_emergency(self, _connection: Connection, _data: bytes) -> None:
        """Whatever the control point is doing; what waits there is never acted on after it [S20]."""
        self._stops += 1
        self.panel.emergency_stop()

    async def _while_mute(self) -> None:
        """Does not answer until the fault is switched off, and then with an error: nothing that waited is acted on [S70]."""
        if self.panel.has_fault(FaultName.MUTE):
            await self._freed.wait()
            raise ATT_Error(_ATT_UNLIKELY)

    def _indicates(self, connection: Connection) -> bool:
        subscribed = self._device.gatt_server.subscribers.get(connection, {}).get(self._control.handle, b"\0\0")
        return bool(subscribed[0] & _INDICATE)

    # ── What it says of itself ───────────────────────────────────────────────────────────────────────────────────────
    async def _answer(self, connection: Connection, answer: Answer) -> None:
        if connection.handle in self._device.connections:
            await self._device.indicate_subscriber(connection, self._control, encode_answer(answer))

    def _notify(self) -> None:
        silent = any(self.panel.has_fault(name) for name in (FaultName.MUTE, FaultName.NO_NOTIFY, FaultName.NO_STATUS))
        if self.connected and not silent:
            self._spawn(self._device.notify_subscribers(self._status, self.panel.status()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.warning("%s: %r", self.name, error)
