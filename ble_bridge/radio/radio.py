"""A radio: the system's adapter or a virtual one. One scanner for all who look for something; connecting with a kept library."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import structlog
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError
from bleak_retry_connector import BLEAK_RETRY_EXCEPTIONS, establish_connection, get_device

from ble_bridge.conversation import OperationFailedError
from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.system import RadioProblemError, explain, find_problem, linked_devices

log = structlog.stdlib.get_logger(__name__)
Device = BLEDevice
"""What `find` finds and `connect` takes; nobody else looks into it."""
RadioKind = Literal["system", "virtual"]
CONNECT_WITHIN_S: Final = 20.0
CONNECT_ATTEMPTS: Final = 2
SEEN_KEPT: Final = 500
VIRTUAL: Final = "virtual:"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One device in the air, as it told of itself last."""

    address: str
    name: str
    rssi_dbm: int
    service_uuids: tuple[str, ...]
    device: BLEDevice


class Radio:
    """`spec` is `system` or `virtual:PATH`. Several homes of one process may share one."""

    def __init__(self, spec: str) -> None:
        """Raises ValueError for another spec."""
        if spec != "system" and not (spec.startswith(VIRTUAL) and len(spec) > len(VIRTUAL)):
            raise ValueError(f'{spec!r} is not a radio: write "system" or "virtual:PATH"')
        self.spec = spec
        self.kind: RadioKind = "system" if spec == "system" else "virtual"
        self.seen: dict[str, Sighting] = {}
        self._host: Any = None
        self._backends: Any = None
        self._opening = asyncio.Lock()
        self._scanner: BleakScanner | None = None
        self._listeners: list[Callable[[Sighting], None]] = []
        self._scan_change = asyncio.Lock()

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
            if self.kind == "system":
                problem = find_problem()
                if problem:
                    raise RadioProblemError(problem)
            elif self._host is None or not self._host.alive:
                await self._open_virtual()

    async def _open_virtual(self) -> None:
        # only here: bumble weighs 20 MB
        from ble_bridge.virtual.backend import backends_of
        from ble_bridge.virtual.host import VirtualHost

        try:
            self._host = await VirtualHost.open(Path(self.spec.removeprefix(VIRTUAL)))
        except (BleakError, TimeoutError) as error:
            raise RadioProblemError(f"the virtual radio at {self.spec.removeprefix(VIRTUAL)} is not there") from error
        self._backends = backends_of(self._host)
        self._scanner = None
        self.seen.clear()

    async def close(self) -> None:
        async with self._scan_change:
            await self._stop_scanner()
        if self._host is not None:
            await self._host.close()

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
        if self._scanner is not None:
            return
        scanner = BleakScanner(self._told, **self._backend("scanner"))
        try:
            await scanner.start()
        except (BleakError, OSError, EOFError) as error:
            raise RadioProblemError(explain(error)) from error
        self._scanner = scanner

    async def _stop_scanner(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            with contextlib.suppress(BleakError, OSError, EOFError):
                await scanner.stop()

    def _backend(self, which: Literal["scanner", "client"]) -> dict[str, Any]:
        return {} if self._backends is None else {"backend": getattr(self._backends, which)}

    def _told(self, device: BLEDevice, told: AdvertisementData) -> None:
        before = self.seen.get(device.address)
        name = told.local_name or device.name or (before.name if before else "")
        services = tuple(told.service_uuids) or (before.service_uuids if before else ())
        sighting = Sighting(device.address, name, told.rssi, services, device)
        self.seen.pop(device.address, None)
        self.seen[device.address] = sighting
        if len(self.seen) > SEEN_KEPT:  # neighbours' phones change their address all day
            del self.seen[next(iter(self.seen))]
        for heard in list(self._listeners):
            heard(sighting)

    async def find(self, address: str, within_s: float) -> BLEDevice | None:
        """The device with this address, also when an earlier process left it connected and it does not advertise."""
        await self._open()
        if self.kind == "system":
            known = await get_device(address)
            if known is not None and known.details["props"].get("Connected"):
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
        """Devices that another program of this machine holds connected: name by address. They do not advertise."""
        return await linked_devices() if self.kind == "system" else {}

    # ── Connecting ───────────────────────────────────────────────────────────────────────────────────────────────────
    async def connect(self, device: BLEDevice, on_lost: Callable[[], None]) -> GattLink:
        """A link with its table read. Raises OperationFailedError (lost)."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                client = await establish_connection(
                    BleakClient,
                    device,
                    device.name or device.address,
                    disconnected_callback=lambda _client: on_lost(),
                    max_attempts=CONNECT_ATTEMPTS,
                    use_services_cache=False,  # a table that changed must be seen [B30]
                    **self._backend("client"),
                )
        except (*BLEAK_RETRY_EXCEPTIONS, BleakError, TimeoutError, OSError) as error:
            raise OperationFailedError("lost", f"cannot connect: {error}") from error
        return GattLink(client)
