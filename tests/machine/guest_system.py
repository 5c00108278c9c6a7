"""The guest's own parts: the virtual panel's process on the kernel's radio, and bluetoothd."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Final

from ble_bridge.virtual.observer import Observer

BLUETOOTHD: Final = "/usr/libexec/bluetooth/bluetoothd"
WITHIN_S: Final = 120.0
PLAIN: Final = ("--radio", "home")
ASKS_FOR_A_CODE: Final = (*PLAIN, "--bonds")


class Air:
    """`python -m ble_bridge.virtual --kernel` with that panel; gives the observer of its lamp."""

    def __init__(self, folder: Path, *panel: str) -> None:
        self._folder = folder / "air"
        self._panel = panel
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Observer:
        arguments = ("-m", "ble_bridge.virtual", "--dir", str(self._folder), "--kernel", *self._panel)
        self._process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        async with asyncio.timeout(WITHIN_S):
            while not (self._folder / "observer.sock").exists():
                if self._process.returncode is not None:
                    raise RuntimeError("the virtual panel ended at once")
                await asyncio.sleep(0.1)
        return Observer(self._folder / "observer.sock", "home")

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()


class System:
    async def bluetoothctl(self, *words: str) -> str:
        control = await asyncio.create_subprocess_exec(
            "bluetoothctl", *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(20):
                said, _ = await control.communicate()
        except TimeoutError:
            control.kill()
            await control.wait()
            return ""
        return said.decode(errors="replace")

    async def power_on(self) -> None:
        async with asyncio.timeout(WITHIN_S):
            while "Powered: yes" not in await self.bluetoothctl("show"):
                await self.bluetoothctl("power", "on")
                await asyncio.sleep(0.3)

    def kill_bluetoothd(self) -> None:
        """kill -9."""
        for process in Path("/proc").glob("[0-9]*"):
            if (process / "cmdline").read_bytes().startswith(BLUETOOTHD.encode()):
                os.kill(int(process.name), signal.SIGKILL)

    async def start_bluetoothd(self) -> None:
        with Path("/tmp/bluetoothd.log").open("ab") as log:  # noqa: S108, ASYNC230 - the guest is thrown away
            await asyncio.create_subprocess_exec(BLUETOOTHD, stdout=log, stderr=log)
