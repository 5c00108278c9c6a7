"""A bridge that hangs when it is told to (SIGUSR1): `python -m tests.ble_bridge.hanging loop|panels run --home DIR`.

`loop`: its loop stands still, while its threads go on. `panels`: the loop goes on, and no panel's machine is stepped any more.
"""

import asyncio
import signal
import sys
import time
from typing import Any
from unittest import mock

from ble_bridge import __main__ as bridge
from ble_bridge import daemon


def loop() -> None:
    time.sleep(3600)


def panels() -> None:
    for task in asyncio.all_tasks():
        if getattr(task.get_coro(), "__qualname__", "") == "Panel._tick":
            task.cancel()


def plant(how: str) -> None:
    end_on_signal = daemon._end_on_signal

    def also_hang(work: Any) -> None:
        end_on_signal(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, {"loop": loop, "panels": panels}[how])

    mock.patch.object(daemon, "_end_on_signal", also_hang).start()


if __name__ == "__main__":
    plant(sys.argv.pop(1))
    sys.exit(bridge.main())
