"""The guest's radio and bridge, lent to a server and a person outside. They end it by switching the machine off."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Final

from tests.machine import forward
from tests.machine.guest_system import ASKS_FOR_A_CODE, Air, System

HOST: Final = "10.0.2.2"
"""As QEMU's own network calls it: there it is the loopback of whoever started the machine."""
OBSERVER_PORT: Final = 7000


async def lend(folder: Path) -> int:
    """The bridge's exit status; its words go where ours go."""
    port = _server_port()
    _furnish(folder / "home", port)
    async with Air(folder, *ASKS_FOR_A_CODE):
        await System().power_on()
        async with (
            await forward.serve(f"127.0.0.1:{port}", f"{HOST}:{port}"),
            await forward.serve(f"0.0.0.0:{OBSERVER_PORT}", f"unix:{folder / 'air' / 'observer.sock'}"),
        ):
            return await _bridge(folder / "home")


def _server_port() -> int:
    told = re.search(r"nirweb_server=(\d+)", Path("/proc/cmdline").read_text())
    assert told, "the machine was not told where its server is"
    return int(told[1])


def _furnish(home: Path, port: int) -> None:
    home.mkdir(parents=True)
    Path("/etc/hosts").write_text("127.0.0.1 localhost\n")
    home.joinpath("bridge.toml").write_text(
        f'server = "http://localhost:{port}"\nname = "Bridge in the machine"\nradios = ["system"]\n'
    )


async def _bridge(home: Path) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "ble_bridge", "run", "--home", str(home))
    return await process.wait()
