"""bleak over a virtual radio: `BleakScanner(backend=…)` and `BleakClient(device, backend=…)` with classes bound to one host.

Behaves as bleak on BlueZ does where that matters: one ATT request at a time, a request that was given up stays in flight and
holds up the ones behind it, a write without response overtakes them. Raises only bleak's exceptions and TimeoutError.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar, cast

from bleak import BleakScanner
from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bumble.att import ATT_Error
from bumble.core import BaseBumbleError
from bumble.core import TimeoutError as BumbleTimeoutError
from bumble.device import Connection, Peer
from bumble.gatt_client import ServiceProxy

from ble_bridge.virtual.host import VirtualHost
from ble_bridge.virtual.scanner import VirtualScanner, uuid_text

T = TypeVar("T")
_MTU: Final = 247
_SMALLEST_MTU: Final = 23
_ATT_HEADER_BYTES: Final = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backends:
    scanner: type[VirtualScanner]
    client: type["VirtualClient"]


def backends_of(host: VirtualHost) -> Backends:
    """Classes for `backend=` that use this host and no other."""
    scanner = cast("type[VirtualScanner]", type("BoundVirtualScanner", (VirtualScanner,), {"host": host}))
    client = cast("type[VirtualClient]", type("BoundVirtualClient", (VirtualClient,), {"host": host, "scanner": scanner}))
    return Backends(scanner, client)


class VirtualClient(BaseBleakClient):
    host: ClassVar[VirtualHost]
    scanner: ClassVar[type[VirtualScanner]]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        services: set[str] | None = None,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_others: Any,
    ) -> None:
        super().__init__(address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout)
        self._device = address_or_ble_device if isinstance(address_or_ble_device, BLEDevice) else None
        self._wanted = services
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._turn = asyncio.Lock()
        self._heard: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        return (self._device and self._device.name) or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        return self._peer.gatt_client.mtu if self._peer else _SMALLEST_MTU

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    # ── Link ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def connect(self, pair: bool, **_others: Any) -> None:
        """Raises BleakError, BleakDeviceNotFoundError or TimeoutError. `pair` is ignored: nothing here wants it."""
        if self.is_connected:
            raise BleakError("Client is already connected")
        if pair:
            _log.debug("pairing is not offered")
        device = await self._find()
        async with asyncio.timeout(self._timeout):
            connection = await self.host.connect(device.details)
            self._connection, self._peer, self._turn = connection, Peer(connection), asyncio.Lock()
            connection.on(Connection.EVENT_DISCONNECTION, self._disconnected)
            try:
                self.services = await self._request(self._discover)
            except BaseException:
                await asyncio.shield(self.disconnect())
                raise

    async def _find(self) -> BLEDevice:
        if self._device is None:
            self._device = await BleakScanner.find_device_by_address(self.address, self._timeout, backend=self.scanner)
        if self._device is None:
            raise BleakDeviceNotFoundError(self.address, f"Device with address {self.address} was not found.")
        return self._device

    def _disconnected(self, _reason: int) -> None:
        self._connection = self._peer = self.services = None
        self._heard.clear()
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection is None:
            return
        try:
            await self._connection.disconnect()
        except BaseBumbleError as error:
            if self.is_connected:
                raise BleakError(f"cannot disconnect: {error}") from error
        except asyncio.CancelledError:
            if self.is_connected or _cancelled_by_somebody():
                raise

    async def pair(self, *_args: Any, **_kwargs: Any) -> None:
        raise NotImplementedError("virtual panels do not pair")

    async def unpair(self) -> None:
        raise NotImplementedError("virtual panels do not pair")

    # ── One request at a time ────────────────────────────────────────────────────────────────────────────────────────
    async def _request(self, ask: Callable[[Peer], Awaitable[T]]) -> T:
        """Whoever gives up waiting for its turn is never sent; what was sent stays in flight, whoever gives up."""
        peer = self._linked()
        turn = self._turn
        await turn.acquire()
        flight = asyncio.create_task(self._fly(ask, peer))
        flight.add_done_callback(lambda done: _landed(done, turn))
        return await asyncio.shield(flight)

    async def _fly(self, ask: Callable[[Peer], Awaitable[T]], peer: Peer) -> T:
        if self._peer is not peer:
            raise BleakError("Not connected")
        try:
            return await ask(peer)
        except ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except BumbleTimeoutError as error:
            await self.disconnect()
            raise BleakError("the device did not answer for 30 s and was disconnected") from error
        except BaseBumbleError as error:
            raise BleakError(str(error)) from error
        except asyncio.CancelledError:
            if self._peer is peer:
                raise
            raise BleakError("disconnected while waiting for an answer") from None

    def _linked(self) -> Peer:
        if self._peer is None:
            raise BleakError("Not connected")
        return self._peer

    # ── Table ────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        await peer.request_mtu(_MTU)
        table = BleakGATTServiceCollection()
        for found in await peer.discover_services():
            uuid = uuid_text(found.uuid)
            if self._wanted is None or uuid in self._wanted:
                service = BleakGATTService(found, found.handle, uuid)
                table.add_service(service)
                await self._discover_characteristics(peer, found, service, table)
        return table

    async def _discover_characteristics(
        self, peer: Peer, found_service: ServiceProxy, service: BleakGATTService, table: BleakGATTServiceCollection
    ) -> None:
        for found in await found_service.discover_characteristics():
            properties = list(gatt_char_props_to_strs(int(found.properties)))
            characteristic = BleakGATTCharacteristic(
                found,
                found.handle,
                uuid_text(found.uuid),
                sorted(properties),
                lambda: peer.gatt_client.mtu - _ATT_HEADER_BYTES,
                service,
            )
            table.add_characteristic(characteristic)
            for descriptor in await found.discover_descriptors():
                uuid = uuid_text(descriptor.type)
                table.add_descriptor(BleakGATTDescriptor(descriptor, descriptor.handle, uuid, characteristic))

    # ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────
    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_others: Any) -> bytearray:
        return bytearray(await self._request(lambda peer: peer.gatt_client.read_value(characteristic.obj)))

    async def read_gatt_descriptor(self, descriptor: BleakGATTDescriptor, **_others: Any) -> bytearray:
        return bytearray(await self._request(lambda peer: peer.gatt_client.read_value(descriptor.obj)))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        value = bytes(data)
        if response:
            await self._request(lambda peer: peer.gatt_client.write_value(characteristic.obj, value, with_response=True))
        else:
            await self._linked().gatt_client.write_value(characteristic.obj, value, with_response=False)

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        value = bytes(data)
        await self._request(lambda peer: peer.gatt_client.write_value(descriptor.obj, value, with_response=True))

    async def start_notify(self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_others: Any) -> None:
        def heard(value: bytes) -> None:
            callback(bytearray(value))

        self._heard[characteristic.handle] = heard
        await self._request(lambda peer: peer.gatt_client.subscribe(characteristic.obj, heard))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        heard = self._heard.pop(characteristic.handle, None)
        await self._request(lambda peer: peer.gatt_client.unsubscribe(characteristic.obj, heard))


def _cancelled_by_somebody() -> bool:
    """Bumble cancels what waits for a radio that is gone; that is no wish to end the task."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _landed(flight: "asyncio.Task[Any]", turn: asyncio.Lock) -> None:
    turn.release()
    if not flight.cancelled():
        flight.exception()  # whoever asked may be gone; it is not lost to them who stayed
