"""A Bluetooth host on the socket of a virtual radio. Several may live in one process, each on its own radio."""

import asyncio
import contextlib
from pathlib import Path
from typing import Final, Self

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError
from bumble.core import BaseBumbleError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.hci import Address, HCI_LE_Create_Connection_Cancel_Command
from bumble.transport.common import Transport
from bumble.transport.unix import open_unix_client_transport

_ADDRESS: Final = "F0:F1:F2:F3:F4:F5"
"""Of every virtual host: there is only one on each radio."""
_OPEN_WITHIN_S: Final = 5.0


class VirtualHost:
    """Made by `open`. Its backends for bleak come from `backend.backends_of`."""

    def __init__(self, transport: Transport, path: Path) -> None:
        self.path = path
        self._transport = transport
        configuration = DeviceConfiguration(name="NIRWeb bridge", address=Address(_ADDRESS))
        self.device = Device.from_config_with_hci(configuration, transport.source, transport.sink)
        self._connecting = asyncio.Lock()
        self._clearing: asyncio.Task[None] | None = None
        self._scanners = 0

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Raises BleakBluetoothNotAvailableError when nobody serves the socket."""
        try:
            async with asyncio.timeout(_OPEN_WITHIN_S):
                host = cls(await open_unix_client_transport(str(path)), path)
                await host.device.power_on()
        except (OSError, BaseBumbleError) as error:
            raise _not_available(f"no virtual radio at {path}") from error
        return host

    @property
    def lost(self) -> asyncio.Future[None]:
        """Done when the radio's process is gone. Every client was told of its disconnection before."""
        return self._transport.source.terminated

    @property
    def alive(self) -> bool:
        return not self.lost.done()

    async def close(self) -> None:
        for connection in list(self.device.connections.values()):
            with contextlib.suppress(BaseBumbleError, TimeoutError):
                await asyncio.wait_for(connection.disconnect(), 1.0)
        await self._transport.close()

    def check(self) -> None:
        if not self.alive:
            raise _not_available(f"the virtual radio at {self.path} is gone")

    # ── Scanning ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def scan(self, *, active: bool) -> None:
        """Each call needs one of `stop_scan`."""
        self.check()
        self._scanners += 1
        if self._scanners == 1:
            await self.device.start_scanning(active=active, filter_duplicates=False)

    async def stop_scan(self) -> None:
        self._scanners -= 1
        if self._scanners == 0 and self.alive:
            await self.device.stop_scanning()

    # ── Connecting ───────────────────────────────────────────────────────────────────────────────────────────────────
    async def connect(self, address: Address) -> Connection:
        """Waits for ever; cancelling it really cancels, also in the controller. Raises BleakError."""
        async with self._connecting:
            if self._clearing:
                await self._clearing
            self.check()
            attempt = asyncio.create_task(self.device.connect_le(address))
            try:
                return await asyncio.shield(attempt)
            except asyncio.CancelledError:
                if attempt.cancelled():
                    raise BleakError("the virtual radio was lost while connecting") from None
                self._clearing = asyncio.create_task(self._abandon(attempt))
                await asyncio.shield(self._clearing)
                raise
            except BaseBumbleError as error:
                raise BleakError(f"failed to connect: {error}") from error

    async def _abandon(self, attempt: asyncio.Task[Connection]) -> None:
        """A connection that came about in the same moment is ended."""
        with contextlib.suppress(BaseBumbleError, asyncio.CancelledError):
            if not attempt.done():
                await self.device.host.send_command(HCI_LE_Create_Connection_Cancel_Command())
            connection = await attempt
            await connection.disconnect()


def _not_available(text: str) -> BleakBluetoothNotAvailableError:
    return BleakBluetoothNotAvailableError(text, BleakBluetoothNotAvailableReason.NO_BLUETOOTH)
