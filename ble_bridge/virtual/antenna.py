"""A virtual panel of any make on the air: advertising, links, the boot after a power cut, and the faults of its radio.

Nothing in here decides about light, or knows what the panel offers to whoever is linked.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from bumble.att import ATT_Error
from bumble.core import AdvertisingData
from bumble.data_types import CompleteLocalName, Flags, IncompleteListOf16BitServiceUUIDs, IncompleteListOf128BitServiceUUIDs
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.hci import HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR, Address

from ble_bridge.virtual.model import FaultName
from ble_bridge.virtual.radio import SUPERVISION_TIMEOUT_S, Radio, RadioController

ADVERTISING_INTERVAL_MS: Final = 62.5
"""Bumble's controller takes the interval's units of 0.625 ms for milliseconds: on the air this is 100 ms."""
BOOT_S: Final = 1.0
DROP_AFTER_S: Final = 0.3
SILENT: Final = frozenset({FaultName.MUTE, FaultName.NO_NOTIFY, FaultName.NO_STATUS})
"""With any of these the panel says nothing by itself."""
ATT_UNLIKELY: Final = 0x0E
Services = IncompleteListOf16BitServiceUUIDs | IncompleteListOf128BitServiceUUIDs
_log = logging.getLogger(__name__)


class Antenna:
    def __init__(self, radio: Radio, *, name: str, address: str, has_fault: Callable[[FaultName], bool]) -> None:
        self.name, self.address = name, address
        self._radio, self._has_fault = radio, has_fault
        self._controller = RadioController(name, radio)
        configuration = DeviceConfiguration(
            name=name,
            address=Address(address),
            advertising_interval_min=ADVERTISING_INTERVAL_MS,
            advertising_interval_max=ADVERTISING_INTERVAL_MS,
        )
        self.device = Device.from_config_with_hci(configuration, self._controller, self._controller)
        self._tasks: set[asyncio.Task[None]] = set()
        self._freed = asyncio.Event()
        self._booting = False

    @property
    def connected(self) -> bool:
        return bool(self.device.connections)

    # ── On and off the air ───────────────────────────────────────────────────────────────────────────────────────────
    async def start(self, services: Services) -> None:
        flags = Flags(AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED)
        self.device.advertising_data = bytes(AdvertisingData([flags, services]))
        self.device.scan_response_data = bytes(AdvertisingData([CompleteLocalName(self.name)]))
        self.device.on(Device.EVENT_CONNECTION, self._on_connection)
        await self.device.power_on()
        await self.device.start_advertising()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def leave(self) -> None:
        """Out of the air for good."""
        with contextlib.suppress(Exception):  # the link may be going at this moment
            await self.device.stop_advertising()
        await self._drop_all()
        await self.close()
        self._radio.remove_controller(self._controller)

    async def reboot(self) -> None:
        """Whoever was linked notices after the supervision timeout; found again after the boot [S33]."""
        self._booting = True
        try:
            await self.device.stop_advertising()
            self._radio.fall_silent(self._controller, noticed_after_s=SUPERVISION_TIMEOUT_S)
            await asyncio.sleep(BOOT_S)
        finally:
            self._booting = False
        await self.device.start_advertising()

    # ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def _on_connection(self, connection: Connection) -> None:
        _log.info("%s: linked", self.name)
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        if self._has_fault(FaultName.DROP_LINK):
            self.spawn(self._drop(connection, DROP_AFTER_S))

    def _on_disconnection(self, reason: int) -> None:
        """The link is gone, which ends no run: the dead-man does [S32]."""
        _log.info("%s: link lost, reason %#04x", self.name, reason)
        if not self._booting:
            self.spawn(self.device.start_advertising())

    async def _drop(self, connection: Connection, after_s: float = 0.0) -> None:
        await asyncio.sleep(after_s)
        if connection.handle in self.device.connections:
            await connection.disconnect(HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    async def _drop_all(self) -> None:
        for connection in list(self.device.connections.values()):
            await self._drop(connection)

    # ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────────
    async def fault_changed(self, name: FaultName, on: bool) -> None:
        """After the panel took it: what waits for a mute panel is let go, links fall where they are to fall."""
        if name is FaultName.MUTE and not on:
            self._freed.set()
            self._freed = asyncio.Event()
        if name is FaultName.DROP_LINK and on:
            await self._drop_all()

    async def while_mute(self) -> None:
        """Does not answer until the fault is switched off, and then with an error: nothing that waited is acted on [S70]."""
        if self._has_fault(FaultName.MUTE):
            await self._freed.wait()
            raise ATT_Error(ATT_UNLIKELY)

    @property
    def silent(self) -> bool:
        return not self.connected or any(self._has_fault(name) for name in SILENT)

    # ── What it does beside ──────────────────────────────────────────────────────────────────────────────────────────
    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.warning("%s: %r", self.name, error)
