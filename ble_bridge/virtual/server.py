"""The Bluetooth side of a virtual panel: its GATT table, and the faults that sit between radio and firmware."""

import asyncio
from typing import Any, Final

from bumble.att import ATT_Error
from bumble.core import UUID
from bumble.data_types import IncompleteListOf128BitServiceUUIDs
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service
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
    Capability,
    Op,
    Result,
    encode_answer,
)
from ble_bridge.virtual.antenna import ATT_UNLIKELY, Antenna
from ble_bridge.virtual.keypad import Keypad
from ble_bridge.virtual.model import FaultName
from ble_bridge.virtual.panel import VirtualPanel
from ble_bridge.virtual.radio import Radio

SLOW_S: Final = 2.0
_INDICATE: Final = 0x02
MAKER: Final = "NIRWeb"
MODEL: Final = "Virtual panel"
FIRMWARE: Final = "1.0"


class PanelServer:
    """Puts one panel on the air. Nothing in here decides about light: it carries bytes to the panel, or with a fault does not."""

    def __init__(self, panel: VirtualPanel, radio: Radio, *, name: str, address: str) -> None:
        self.panel = panel
        self.name = name
        self.address = address
        self._antenna = Antenna(radio, name=name, address=address, has_fault=panel.has_fault)
        self._in_order = asyncio.Lock()
        self._stops = 0
        self.keypad = Keypad() if Capability.BONDING in panel.model.info.capabilities else None
        if self.keypad is not None:
            self.keypad.put_on(self._antenna.device)
        self._add_services()
        panel.on_status = self._notify

    def _add_services(self) -> None:
        kind, may = Characteristic.Properties, Characteristic.Permissions
        information: CharacteristicValue[bytes] = CharacteristicValue(read=self._read_information)
        control: CharacteristicValue[bytes] = CharacteristicValue(write=self._write_control)
        status: CharacteristicValue[bytes] = CharacteristicValue(read=self._read_status)
        emergency: CharacteristicValue[bytes] = CharacteristicValue(write=self._write_emergency)
        reads, writes = may.READABLE, may.WRITEABLE
        if self.keypad is not None:  # who it is and an emergency stop stay open to all [S60]
            reads |= may.READ_REQUIRES_AUTHENTICATION
            writes |= may.WRITE_REQUIRES_AUTHENTICATION
        self._control: Characteristic[bytes] = Characteristic(
            UUID(CONTROL_POINT_UUID), kind.WRITE | kind.INDICATE, reads | writes, control
        )
        self._status: Characteristic[bytes] = Characteristic(UUID(STATUS_UUID), kind.READ | kind.NOTIFY, reads, status)
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
        self._antenna.device.add_services([about, Service(UUID(SERVICE_UUID), characteristics)])

    # ── On the air ───────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def connected(self) -> bool:
        return self._antenna.connected

    async def start(self) -> None:
        await self._antenna.start(IncompleteListOf128BitServiceUUIDs([UUID(SERVICE_UUID)]))

    async def close(self) -> None:
        await self._antenna.close()

    async def cycle_power(self) -> None:
        """Dark at once, then off the air while it boots [S33]."""
        self.panel.cut_power()
        if self.keypad is not None:
            self.keypad.close_window()
        await self._antenna.reboot()

    async def set_fault(self, name: FaultName, on: bool) -> None:
        self.panel.set_fault(name, on)
        await self._antenna.fault_changed(name, on)

    # ── Characteristics ──────────────────────────────────────────────────────────────────────────────────────────────
    async def _read_information(self, _connection: Connection) -> bytes:
        await self._antenna.while_mute()
        return self.panel.info()

    async def _read_status(self, _connection: Connection) -> bytes:
        await self._antenna.while_mute()
        if self.panel.has_fault(FaultName.NO_STATUS):
            raise ATT_Error(ATT_UNLIKELY)
        return self.panel.status()

    async def _write_control(self, connection: Connection, data: bytes) -> None:
        if not data:
            raise ATT_Error(ATT_INVALID_LENGTH)
        if not self._indicates(connection) and data[0] != Op.STOP:
            raise ATT_Error(ATT_CCCD_IMPROPERLY_CONFIGURED)
        await self._antenna.while_mute()
        stops = self._stops
        async with self._in_order:
            if self.panel.has_fault(FaultName.SLOW):
                await asyncio.sleep(SLOW_S)
            overtaken = self._stops != stops and data[0] != Op.STOP
            answer = Answer(data[0], data[1] if len(data) > 1 else 0, Result.FAILED) if overtaken else self.panel.control(data)
        self._antenna.spawn(self._answer(connection, answer))

    def _write_emergency(self, _connection: Connection, _data: bytes) -> None:
        """Whatever the control point is doing; what waits there is never acted on after it [S20]."""
        self._stops += 1
        self.panel.emergency_stop()

    def _indicates(self, connection: Connection) -> bool:
        subscribed = self._antenna.device.gatt_server.subscribers.get(connection, {}).get(self._control.handle, b"\0\0")
        return bool(subscribed[0] & _INDICATE)

    # ── What it says of itself ───────────────────────────────────────────────────────────────────────────────────────
    async def _answer(self, connection: Connection, answer: Answer) -> None:
        if connection.handle in self._antenna.device.connections:
            await self._antenna.device.indicate_subscriber(connection, self._control, encode_answer(answer))

    def _notify(self) -> None:
        if not self._antenna.silent:
            self._antenna.spawn(self._antenna.device.notify_subscribers(self._status, self.panel.status()))
