"""The virtual panels' process for tests, and bare bleak over it: the product's own process, host and backend."""

import asyncio
import contextlib
import itertools
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice

from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.virtual.backend import Backends, backends_of
from ble_bridge.virtual.host import VirtualHost
from ble_bridge.virtual.observer import Observer, State
from tests.patience import PATIENCE_S, START_S

ROOT: Final = Path(__file__).parents[2]
_tokens = itertools.count(int(time.time()) & 0xFFFFFF)


def new_token() -> int:
    """The panel remembers tokens, so no two tests use the same."""
    return next(_tokens)


@dataclass(slots=True)
class Air:
    """A running `python -m ble_bridge.virtual`."""

    folder: Path
    process: subprocess.Popen[bytes]
    radios: tuple[str, ...]

    def socket(self, radio: str = "home") -> Path:
        return self.folder / f"hci-{radio}.sock"

    def observer(self, radio: str = "home") -> Observer:
        return Observer(self.folder / "observer.sock", radio)


@contextlib.contextmanager
def virtual_air(*radios: str, parent: int | None = None) -> Iterator[Air]:
    folder = Path(tempfile.mkdtemp(prefix="air-"))
    command = [sys.executable, "-m", "ble_bridge.virtual", "--dir", str(folder)]
    for radio in radios:
        command += ["--radio", radio]
    if parent is not None:
        command += ["--parent", str(parent)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        deadline_s = time.monotonic() + START_S
        while not (folder / "observer.sock").exists():
            assert process.poll() is None, "the virtual panels ended at once"
            assert time.monotonic() < deadline_s, "the virtual panels did not come up"
            time.sleep(0.02)
        yield Air(folder, process, radios)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        shutil.rmtree(folder)


@dataclass(slots=True)
class Panel:
    """A connected panel, spoken to with bare bleak calls."""

    client: BleakClient
    answers: "asyncio.Queue[wire.Answer]" = field(default_factory=asyncio.Queue)
    statuses: list[wire.Status] = field(default_factory=list)
    _told_more: asyncio.Event = field(default_factory=asyncio.Event)
    _seqs: Iterator[int] = field(default_factory=lambda: itertools.cycle(range(256)))

    async def listen(self) -> None:
        await self.client.start_notify(wire.CONTROL_POINT_UUID, self._answered)
        await self.client.start_notify(wire.STATUS_UUID, self._told)

    async def tells(self, holds: Callable[[wire.Status], bool]) -> wire.Status:
        """What it told last, once that holds."""
        async with asyncio.timeout(PATIENCE_S):
            while not (self.statuses and holds(self.statuses[-1])):
                await self._told_more.wait()
                self._told_more.clear()
        return self.statuses[-1]

    def _answered(self, _of: BleakGATTCharacteristic, data: bytearray) -> None:
        self.answers.put_nowait(wire.decode_answer(bytes(data)))

    def _told(self, _of: BleakGATTCharacteristic, data: bytearray) -> None:
        self.statuses.append(wire.decode_status(bytes(data), 2))
        self._told_more.set()

    async def write(self, data: bytes) -> None:
        await self.client.write_gatt_char(wire.CONTROL_POINT_UUID, data, response=True)

    async def ask(self, command: wire.Command) -> wire.Result:
        await self.write(wire.encode_command(command))
        async with asyncio.timeout(PATIENCE_S):
            return (await self.answers.get()).result

    async def start(
        self, token: int, *, levels: tuple[int, int] = (50, 80), duration_s: int = 60, deadman_ms: int = 3000
    ) -> wire.Result:
        return await self.ask(wire.Start(next(self._seqs), token, duration_s, deadman_ms, levels))

    async def stop(self) -> wire.Result:
        return await self.ask(wire.Stop(next(self._seqs)))

    async def keep_alive(self, token: int) -> wire.Result:
        return await self.ask(wire.KeepAlive(next(self._seqs), token))

    async def set_levels(self, token: int, levels: tuple[int, int]) -> wire.Result:
        return await self.ask(wire.SetLevels(next(self._seqs), token, levels))

    async def emergency_stop(self) -> None:
        await self.client.write_gatt_char(wire.EMERGENCY_STOP_UUID, b"", response=False)

    async def status(self) -> wire.Status:
        return wire.decode_status(bytes(await self.client.read_gatt_char(wire.STATUS_UUID)), 2)


async def find_panel(backends: Backends, within_s: float = PATIENCE_S) -> BLEDevice:
    device = await BleakScanner.find_device_by_filter(
        lambda _device, told: wire.SERVICE_UUID in told.service_uuids, timeout=within_s, backend=backends.scanner
    )
    assert device, "no panel in the air"
    return device


@contextlib.asynccontextmanager
async def open_host(air: Air, radio: str = "home") -> AsyncIterator[tuple[VirtualHost, Backends]]:
    host = await VirtualHost.open(air.socket(radio))
    try:
        yield host, backends_of(host)
    finally:
        await host.close()


@contextlib.asynccontextmanager
async def open_panel(air: Air, radio: str = "home") -> AsyncIterator[Panel]:
    """Scanned, connected and listening."""
    async with open_host(air, radio) as (_, backends), BleakClient(await find_panel(backends), backend=backends.client) as client:
        panel = Panel(client)
        await panel.listen()
        yield panel


def lit(state: State) -> bool:
    return any(state["light"].values())


def dark(state: State) -> bool:
    return not lit(state)


async def until(observer: Observer, holds: Callable[[State], bool], *, within_s: float = PATIENCE_S) -> State:
    """As `Observer.wait_until`, while the test's own loop goes on."""
    return await asyncio.to_thread(observer.wait_until, holds, within_s=within_s)
