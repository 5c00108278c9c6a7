"""A client to be killed: connects to the panel behind the socket, lights it, says so, and keeps it alive for ever.

`python -m tests.ble_bridge.crashing_client SOCKET TOKEN DEADMAN_MS`
"""

import asyncio
import sys
from pathlib import Path

from bleak import BleakClient

from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.virtual.backend import backends_of
from ble_bridge.virtual.host import VirtualHost
from tests.ble_bridge.air import Panel, find_panel


async def main(socket: str, token: int, deadman_ms: int) -> None:
    backends = backends_of(await VirtualHost.open(Path(socket)))
    async with BleakClient(await find_panel(backends), backend=backends.client) as client:
        panel = Panel(client)
        await panel.listen()
        assert await panel.start(token, deadman_ms=deadman_ms) is wire.Result.SUCCESS
        sys.stdout.write("lit\n")
        sys.stdout.flush()
        while True:
            await panel.keep_alive(token)
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
