"""A real notify socket, and a test in systemd's place, which kills a bridge that gives no sign of life [G50-G52]."""

import asyncio
import os
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from ble_bridge.contract import limits
from ble_bridge.panel import STALLED_MS
from ble_bridge.virtual.observer import Observer
from ble_bridge.watchdog import Manager
from tests.ble_bridge.air import Air, dark, until
from tests.ble_bridge.scripted import Bridge, ScriptedServer, lit_up, pair
from tests.patience import PATIENCE_S, START_S

WATCHDOG_S = 2.0


@dataclass
class Systemd:
    """As far as a service notices: one datagram socket."""

    socket: socket.socket
    path: str
    heard: list[tuple[float, str]] = field(default_factory=list)

    async def hear(self, word: str, within_s: float) -> float:
        """When it is heard next; everything that came is kept."""
        end_s = time.monotonic() + within_s
        while True:
            said = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, 4096), end_s - time.monotonic())
            self.heard += [(time.monotonic(), line) for line in said.decode().splitlines()]
            if word in said.decode().splitlines():
                return time.monotonic()

    async def watch(self, bridge: Bridge) -> float:
        """As systemd does: the service is killed when no sign of life comes in time; how long the silence was."""
        last_s = time.monotonic()
        while True:
            try:
                last_s = await self.hear("WATCHDOG=1", WATCHDOG_S)
            except TimeoutError:
                assert bridge.process
                bridge.process.send_signal(signal.SIGABRT)
                await bridge.process.wait()
                return time.monotonic() - last_s


@pytest.fixture
def systemd() -> Iterator[Systemd]:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        path = f"{folder}/notify"
        line.bind(path)
        line.setblocking(False)
        yield Systemd(line, path)


def watched(folder: Path, server: ScriptedServer, air: Air, systemd: Systemd, *module: str) -> Bridge:
    environment = {"NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": str(round(WATCHDOG_S * 1_000_000))}
    bridge = Bridge(folder / "home", server, air, module=module or ("ble_bridge",), environment=environment)
    bridge.write_home()
    return bridge


async def test_G50_it_says_that_it_is_up_goes_on_and_ends(tmp_path: Path, air: Air, systemd: Systemd) -> None:
    async with ScriptedServer().running() as server:
        bridge = await watched(tmp_path, server, air, systemd).start()
        await systemd.hear("READY=1", START_S)
        for _ in range(3):
            await systemd.hear("WATCHDOG=1", WATCHDOG_S)
        assert await bridge.end() == 0
        await systemd.hear("STOPPING=1", PATIENCE_S)
        words = [word for _, word in systemd.heard]
        assert words.count("READY=1") == 1
        assert words.index("READY=1") < words.index("STOPPING=1")


@pytest.mark.parametrize(("how", "unseen_s"), [("loop", 0.0), ("panels", STALLED_MS / 1000 + WATCHDOG_S)])
async def test_G51_a_bridge_that_hangs_in_a_session_gives_no_sign_and_is_killed(
    how: str, unseen_s: float, tmp_path: Path, air: Air, observer: Observer, systemd: Systemd
) -> None:
    async with ScriptedServer().running() as server:
        bridge = await watched(tmp_path, server, air, systemd, "tests.ble_bridge.hanging", how).start()
        await server.until(lambda: server.online)
        await pair(server, air)
        await lit_up(server, uuid4())
        assert bridge.process
        bridge.process.send_signal(signal.SIGUSR1)
        hung_s = time.monotonic()
        killing = asyncio.create_task(systemd.watch(bridge))
        await until(observer, dark, within_s=unseen_s + limits.DEADMAN_MS / 1000 + 1)
        assert time.monotonic() - hung_s > 1, "it was hanging: the dead-man ended the light"
        assert await asyncio.wait_for(killing, PATIENCE_S) >= WATCHDOG_S
        assert bridge.process.returncode == -signal.SIGABRT
        assert "Fatal Python error: Aborted" in bridge.folder.joinpath("log").read_text(), "it says where it hung"


async def test_G52_nothing_is_told_where_nobody_listens(tmp_path: Path) -> None:
    quiet = Manager({})
    assert quiet.every_s is None
    quiet.tell("READY=1")
    Manager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell("READY=1")
    await asyncio.wait_for(quiet.be_watched(lambda: True), PATIENCE_S)
    assert Manager({"WATCHDOG_USEC": "8000000", "WATCHDOG_PID": "1"}).every_s is None, "it is for another process"
    assert Manager({"WATCHDOG_USEC": "8000000", "WATCHDOG_PID": str(os.getpid())}).every_s == 2, "one lost sign is no death"
    assert Manager({"WATCHDOG_USEC": "x"}).every_s is None
