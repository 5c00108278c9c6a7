"""Whatever dies, the lamp ends by the panel's own dead-man, and the panel can be reached again."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from bleak import BleakClient

from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import ROOT, Air, Panel, dark, find_panel, lit, new_token, open_host, open_panel, until
from tests.patience import PATIENCE_S

DEADMAN_S = 2.0


@contextlib.contextmanager
def client_that_keeps_it_lit(air: Air, token: int) -> Iterator["subprocess.Popen[bytes]"]:
    arguments = [str(air.socket()), str(token), str(int(DEADMAN_S * 1000))]
    command = [sys.executable, "-m", "tests.ble_bridge.crashing_client", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout
            assert child.stdout.readline() == b"lit\n"
            yield child
        finally:
            child.kill()


async def test_S32_a_killed_client_leaves_the_lamp_lit_until_the_deadman(air: Air, observer: Observer) -> None:
    with client_that_keeps_it_lit(air, new_token()) as child:
        await asyncio.sleep(DEADMAN_S)
        assert lit(observer.state()), "kept alive"
        child.kill()
    killed_s = time.monotonic()
    assert lit(observer.state()), "killing a client turns nothing off"
    assert observer.state()["connected"], "nor does it end the link"
    await until(observer, dark)
    (span,) = observer.spans()
    assert span.off_s is not None
    assert span.off_s - killed_s <= DEADMAN_S + 0.3
    assert observer.state()["reason"] == "deadman"


async def test_a_new_client_after_a_crash_reaches_the_panel_while_it_is_still_lit(air: Air, observer: Observer) -> None:
    token = new_token()
    with client_that_keeps_it_lit(air, token) as child:
        child.kill()
    async with open_host(air) as (_, backends), BleakClient(await find_panel(backends), backend=backends.client) as client:
        panel = Panel(client)
        await panel.listen()
        assert lit(observer.state())
        assert (await panel.status()).runs(token), "the run it was told by is still its own"
        assert await panel.stop() is wire.Result.SUCCESS
    assert not lit(observer.state())
    assert observer.state()["reason"] == "client"


async def test_a_second_host_takes_the_radio_over(air: Air, observer: Observer) -> None:
    async with open_panel(air) as first, open_panel(air) as second:
        assert not first.client.is_connected
        assert await second.stop() is wire.Result.SUCCESS
    assert not observer.state()["connected"]


async def test_bytes_that_are_no_hci_end_the_line_and_harm_nothing(air: Air, observer: Observer) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(air.socket()))
        line.sendall(b"GET / HTTP/1.1\r\n\r\n")
        line.settimeout(PATIENCE_S)
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b""
    async with open_panel(air) as panel:
        assert (await panel.status()).dark
    assert observer.spans() == []
