"""The air of the system's own adapter. On Linux it watches BlueZ, which tells bleak less than a lamp needs [Z1-Z6]."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import structlog
from bleak.backends.device import BLEDevice

from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.held_links import HeldLinks
from ble_bridge.radio.sole import Sole
from ble_bridge.radio.system import RadioProblemError

if TYPE_CHECKING:
    from ble_bridge.radio.agent import Show
    from ble_bridge.radio.bluez import BlueZ, Known

LEFT_AFTER_S: Final = 5.0
"""A link that an earlier process left is kept so long for a panel that wants it [Z3]."""
NOT_HEARD_DBM: Final = -127
"""What bleak says where BlueZ gives no strength: it remembers the device, and does not hear it now."""
log = structlog.stdlib.get_logger(__name__)


class SystemAir:
    """`renewed` is called when whatever ran on the adapter has to be begun anew."""

    def __init__(self, held: Path | None, renewed: Callable[[], None]) -> None:
        """`held` is where the links that are up are kept, for the process that comes after a crash."""
        self._renewed = renewed
        self._held = HeldLinks(held)
        self._links: dict[str, GattLink] = {}
        """By D-Bus path."""
        self._busy: set[str] = set()
        """Addresses that are linked, or being."""
        self._bluez: BlueZ | None = None
        self._sole: Sole | None = None
        self._reaping: asyncio.Task[None] | None = None
        self._parted = asyncio.Event()
        """A link of ours has ended, as far as bleak knows."""

    async def open(self) -> bool:
        """Raises RadioProblemError."""
        if sys.platform != "linux":
            return False
        from ble_bridge.radio.bluez import BlueZ, bus_address

        if self._sole is None:
            self._sole = Sole(bus_address())
        self._sole.take()
        if self._bluez is None:
            self._bluez = BlueZ(self._gone, self._renewed)
        await self._bluez.open()
        if self._reaping is None or self._reaping.done():
            self._reaping = asyncio.create_task(self._reap())
        return False

    async def close(self) -> None:
        if self._reaping is not None:
            self._reaping.cancel()
            await asyncio.gather(self._reaping, return_exceptions=True)
        if self._bluez is not None:
            await self._bluez.close()
        if self._sole is not None:
            self._sole.release()

    def backend(self, _which: Literal["scanner", "client"]) -> dict[str, Any]:
        return {}

    def takes(self, rssi_dbm: int) -> bool:
        return rssi_dbm > NOT_HEARD_DBM

    # ── What BlueZ holds ─────────────────────────────────────────────────────────────────────────────────────────────
    async def linked(self, address: str) -> BLEDevice | None:
        """A device that BlueZ holds connected does not advertise, and is taken over as it is."""
        known = await self._bluez.device(address) if self._bluez is not None else None
        if known is None or not known.connected:
            return None
        return BLEDevice(known.address, known.properties.get("Alias"), {"path": known.path, "props": known.properties})

    async def held(self) -> dict[str, str]:
        if self._bluez is None:
            return {}
        return {one.address: one.properties.get("Name", "") for one in await self._bluez.devices() if one.connected}

    async def forget(self, device: BLEDevice) -> bool:
        """BlueZ looks at its table anew the next time. Not of a bonded one: its bond would be lost [Z6]."""
        known = await self._bluez.device(device.address) if self._bluez is not None else None
        if self._bluez is None or known is None or known.bonded:
            return False
        await self._bluez.remove(known)
        return True

    async def bond(self, device: BLEDevice, show: "Show") -> None:
        """Nothing is asked of one that is bonded. Raises RadioProblemError."""
        known = await self._bluez.device(device.address) if self._bluez is not None else None
        if self._bluez is None or known is None:
            raise RadioProblemError("this system's bonds are not known")
        if not known.bonded:
            await self._bluez.pair(known, show)

    async def bonded(self, device: BLEDevice) -> bool:
        known = await self._bluez.device(device.address) if self._bluez is not None else None
        return known is not None and known.bonded

    async def unbond(self, device: BLEDevice) -> None:
        known = await self._bluez.device(device.address) if self._bluez is not None else None
        if self._bluez is not None and known is not None:
            await self._bluez.remove(known)

    # ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def connecting(self, device: BLEDevice) -> None:
        self._busy.add(device.address)
        self._held.add(device.address)

    def connected(self, device: BLEDevice, link: GattLink) -> None:
        if isinstance(device.details, dict):
            self._links[device.details["path"]] = link

    def let_go(self, device: BLEDevice) -> None:
        """Ours no longer. BlueZ may hold it still, so it stays on the list until it was seen to be gone."""
        self._busy.discard(device.address)
        self._parted.set()
        if isinstance(device.details, dict):
            self._links.pop(device.details["path"], None)

    def _gone(self, path: str) -> None:
        """bleak is not told when bluetoothd dies, or an adapter or a device vanishes [Z1, Z2]."""
        from ble_bridge.radio.bleak_state import begin_anew

        everything = path == "/"
        if everything:
            begin_anew()
        for one, link in list(self._links.items()):
            if everything or one == path or one.startswith(f"{path}/"):
                link.sever()

    async def _reap(self) -> None:
        """Links that an earlier process left, or that outlived their own end, are ended: such a panel is found by nobody."""
        while True:
            fresh = await self._until_parted(LEFT_AFTER_S)
            if self._bluez is None or not self._held.addresses - self._busy:
                continue
            try:
                connected = {one.address: one for one in await self._bluez.devices() if one.connected}
                await self._end_left(self._bluez, connected, but_wait=fresh)
            except RadioProblemError as error:
                log.debug("links left behind not looked for", error=str(error))

    async def _until_parted(self, within_s: float) -> bool:
        """False: nothing ended in this time."""
        self._parted.clear()
        try:
            async with asyncio.timeout(within_s):
                return await self._parted.wait()
        except TimeoutError:
            return False

    async def _end_left(self, bluez: "BlueZ", connected: "dict[str, Known]", *, but_wait: bool) -> None:
        """What BlueZ holds no more is off the list at once: the next link to it may be another program's."""
        for address in sorted(self._held.addresses - self._busy):
            if address in connected and but_wait:
                continue
            if address in connected:
                log.warning("a link was left behind, and is ended", address=address)
                await bluez.disconnect(connected[address])
            else:
                self._held.remove(address)
