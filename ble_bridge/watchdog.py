"""What systemd is told of the bridge: that it is up, that it goes on, that it ends [G50-G52].

The sign of life comes from the bridge's own loop, and only while every panel's machine is stepped: a thread of its own would go
on telling of a life that is none.
"""

import asyncio
import contextlib
import faulthandler
import os
import socket
from collections.abc import Callable, Mapping
from typing import Final

SIGNS: Final = 4
"""So many within the time that systemd waits for one."""
LEAST_S: Final = 0.05


class Manager:
    """Whoever started the bridge; says nothing where nobody listens (`NOTIFY_SOCKET`)."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        usec = environ.get("WATCHDOG_USEC", "") if mine else ""
        self.every_s = max(LEAST_S, int(usec) / 1_000_000 / SIGNS) if usec.isdigit() and int(usec) else None
        """None: nobody waits for signs of life."""

    def tell(self, *words: str) -> None:
        """Such as `READY=1`. One that cannot be sent is no reason to end."""
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.setblocking(False)
            line.sendto("\n".join(words).encode(), address)

    async def be_watched(self, goes_on: Callable[[], bool]) -> None:
        """For ever, on the loop that does the work. `goes_on` is asked each time."""
        if self.every_s is None:
            return
        faulthandler.enable()  # who is killed for hanging says where it hung
        while True:
            if goes_on():
                self.tell("WATCHDOG=1")
            await asyncio.sleep(self.every_s)
