"""A radio: the system's adapter or a virtual one. One scanner for all who look for something; connecting with a kept library."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import structlog
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakDBusError, BleakError
from bleak_retry_connector import BLEAK_RETRY_EXCEPTIONS, establish_connection

from ble_bridge.conversation import OperationFailedError
from ble_bridge.radio.bounded import bounded
from ble_bridge.radio.gatt import GattLink, Loss
from ble_bridge.radio.system import RadioProblemError, explain
from ble_bridge.radio.system_air import SystemAir
from ble_bridge.radio.virtual_air import VirtualAir

log = structlog.stdlib.get_logger(__name__)
Device = BLEDevice
"""What `find` finds and `connect` takes; nobody else looks into it."""
RadioKind = Literal["system", "virtual"]
CONNECT_WITHIN_S: Final = 20.0
CONNECT_ATTEMPTS: Final = 2
SCAN_WITHIN_S: Final = 5.0
"""A scanner starts or stops within this, or it is given up [Z7]."""
SCAN_AGAIN_S: Final = 0.3
SCAN_ATTEMPTS: Final = 5
STRONGEST_DBM: Final = 20
FAINTEST_DBM: Final = -126
"""Also said of a strength that cannot be: 127 means that it was not measured [Z9]."""
SEEN_KEPT: Final = 500
VIRTUAL: Final = "virtual:"
_BUSY: Final = "org.bluez.Error.InProgress"
_CONNECT_ERRORS: Final = (*BLEAK_RETRY_EXCEPTIONS, BleakError, TimeoutError, OSError, AssertionError)
_SCAN_ERRORS: Final = (BleakError, OSError, EOFError, TimeoutError, AssertionError)
"""bleak asserts that its bus is there, and it may be gone by then."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One device in the air, as it told of itself last."""

    address: str
    name: str
    rssi_dbm: int
    service_uuids: tuple[str, ...]
    device: BLEDevice


class Air(Protocol):
    """What is under a radio. `connecting`, `connected` and `let_go` tell it of our links."""

    async def open(self) -> bool:
        """True when it is a new one and nothing of before is there. Raises RadioProblemError."""
        ...

    async def close(self) -> None: ...

    def backend(self, which: Literal["scanner", "client"]) -> dict[str, Any]: ...

    def takes(self, rssi_dbm: int) -> bool:
        """Whether what was told with this strength was heard just now."""
        ...

    async def linked(self, address: str) -> BLEDevice | None: ...

    async def held(self) -> dict[str, str]: ...

    def connecting(self, device: BLEDevice) -> None: ...

    def connected(self, device: BLEDevice, link: GattLink) -> None: ...

    def let_go(self, device: BLEDevice) -> None: ...

    async def forget(self, device: BLEDevice) -> bool: ...

    async def bond(self, device: BLEDevice, show: Callable[[str | None], None]) -> None: ...

    async def bonded(self, device: BLEDevice) -> bool: ...

    async def unbond(self, device: BLEDevice) -> None: ...


class Radio:
    """`spec` is `system` or `virtual:PATH`. Several homes of one process may share one."""

    def __init__(self, spec: str, held: Path | None = None) -> None:
        """`held`: where the links that are up are kept for the next process. Raises ValueError for another spec."""
        if spec != "system" and not (spec.startswith(VIRTUAL) and len(spec) > len(VIRTUAL)):
            raise ValueError(f'{spec!r} is not a radio: write "system" or "virtual:PATH"')
        self.spec = spec
        self.kind: RadioKind = "system" if spec == "system" else "virtual"
        self.seen: dict[str, Sighting] = {}
        self._air: Air = SystemAir(held, self._renewed) if spec == "system" else VirtualAir(Path(spec.removeprefix(VIRTUAL)))
        self._opening = asyncio.Lock()
        self._scanner: BleakScanner | None = None
        self._listeners: list[Callable[[Sighting], None]] = []
        self._scan_change = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None

    # ── Is it there? ─────────────────────────────────────────────────────────────────────────────────────────────────
    async def problem(self) -> str:
        """What stands in the way of using it, in plain words; empty when nothing does."""
        try:
            await self._open()
        except RadioProblemError as error:
            return str(error)
        return ""

    async def _open(self) -> None:
        """Raises RadioProblemError."""
        async with self._opening:
            if await self._air.open():
                self._scanner = None
                self.seen.clear()

    async def close(self) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
        async with self._scan_change:
            await self._stop_scanner()
        await self._air.close()

    # ── Scanning ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @contextlib.asynccontextmanager
    async def listening(self, heard: Callable[[Sighting], None]) -> AsyncIterator[None]:
        """Everything in the air goes to `heard` meanwhile. One scanner serves all. Raises RadioProblemError."""
        await self._open()
        self._listeners.append(heard)
        try:
            async with self._scan_change:
                await self._start_scanner()
            yield
        finally:
            self._listeners.remove(heard)
            if not self._listeners:
                async with self._scan_change:
                    if not self._listeners:
                        await self._stop_scanner()

    async def _start_scanner(self) -> None:
        """Raises RadioProblemError."""
        for attempt in range(1, SCAN_ATTEMPTS + 1):
            if self._scanner is not None:
                return
            scanner = BleakScanner(self._told, **self._air.backend("scanner"))
            try:
                await bounded(scanner.start(), SCAN_WITHIN_S)
            except _SCAN_ERRORS as error:
                if attempt == SCAN_ATTEMPTS or not _busy(error):
                    raise RadioProblemError(explain(error)) from error
                await asyncio.sleep(SCAN_AGAIN_S)  # an earlier scan is just ending [Z8]
            else:
                self._scanner = scanner

    async def _stop_scanner(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            with contextlib.suppress(*_SCAN_ERRORS):
                await bounded(scanner.stop(), SCAN_WITHIN_S)

    def _renewed(self) -> None:
        """Whoever ran the scan is a new one, and knows nothing of it [Z4]."""
        if self._listeners and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.get_running_loop().create_task(self._scan_anew())

    async def _scan_anew(self) -> None:
        async with self._scan_change:
            await self._stop_scanner()
            if self._listeners:
                try:
                    await self._start_scanner()
                except RadioProblemError as error:
                    log.info("scan not begun anew", problem=str(error))

    def _told(self, device: BLEDevice, told: AdvertisementData) -> None:
        if not self._air.takes(told.rssi):
            return
        before = self.seen.get(device.address)
        name = told.local_name or device.name or (before.name if before else "")
        services = tuple(told.service_uuids) or (before.service_uuids if before else ())
        rssi_dbm = told.rssi if FAINTEST_DBM <= told.rssi <= STRONGEST_DBM else FAINTEST_DBM
        sighting = Sighting(device.address, name, rssi_dbm, services, device)
        self.seen.pop(device.address, None)
        self.seen[device.address] = sighting
        if len(self.seen) > SEEN_KEPT:  # neighbours' phones change their address all day
            del self.seen[next(iter(self.seen))]
        for heard in list(self._listeners):
            heard(sighting)

    async def find(self, address: str, within_s: float) -> BLEDevice | None:
        """The device with this address, also when an earlier process left it connected and it does not advertise."""
        await self._open()
        known = await self._air.linked(address)
        if known is not None:
            return known
        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

        def heard(sighting: Sighting) -> None:
            if sighting.address.upper() == address.upper() and not found.done():
                found.set_result(sighting.device)

        async with self.listening(heard):
            try:
                async with asyncio.timeout(within_s):
                    return await found
            except TimeoutError:
                return None

    async def held(self) -> dict[str, str]:
        """Devices that any program of this machine holds connected: name by address. They do not advertise."""
        await self._open()
        return await self._air.held()

    async def forget(self, device: BLEDevice) -> bool:
        """The system looks at the device's table anew at the next connect. False where nothing was kept of it [Z6]."""
        try:
            return await self._air.forget(device)
        except RadioProblemError as error:
            log.info("not forgotten", address=device.address, error=str(error))
            return False

    async def bond(self, device: BLEDevice, show: Callable[[str | None], None]) -> None:
        """`show` hears the code that is to be typed in at the device, then None [Z16]. Raises RadioProblemError."""
        await self._air.bond(device, show)

    async def bonded(self, device: BLEDevice) -> bool:
        """As far as this system knows."""
        try:
            return await self._air.bonded(device)
        except RadioProblemError:
            return False

    async def unbond(self, device: BLEDevice) -> None:
        """Its bond is gone, and its link if there is one [Z18]. Raises RadioProblemError."""
        await self._air.unbond(device)

    # ── Connecting ───────────────────────────────────────────────────────────────────────────────────────────────────
    async def connect(self, device: BLEDevice, on_lost: Callable[[], None]) -> GattLink:
        """A link with its table read. `on_lost` is called once. Raises OperationFailedError (lost)."""

        def lost() -> None:
            self._air.let_go(device)
            on_lost()

        loss = Loss(lost)
        self._air.connecting(device)
        try:
            client = await bounded(self._connected(device, loss), CONNECT_WITHIN_S)
            link = GattLink(client, loss)
            if not link.connected:
                raise OperationFailedError("lost", "the link was lost at once")
        except BaseException as error:
            self._air.let_go(device)
            if isinstance(error, _CONNECT_ERRORS):
                raise OperationFailedError("lost", f"cannot connect: {error}") from error
            raise
        loss.told_from_now_on()
        self._air.connected(device, link)
        return link

    async def _connected(self, device: BLEDevice, loss: Loss) -> BleakClient:
        return await establish_connection(
            BleakClient,
            device,
            device.name or device.address,
            disconnected_callback=lambda _client: loss.happen(),
            max_attempts=CONNECT_ATTEMPTS,
            use_services_cache=False,  # a table that changed must be seen [B30]
            **self._air.backend("client"),
        )


def _busy(error: BaseException) -> bool:
    return isinstance(error, BleakDBusError) and error.dbus_error == _BUSY
