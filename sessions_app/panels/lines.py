"""The live lines of bridges and phones: `/ws/bridge` and `/ws/phone`. Opened and closed with the server's process."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def start() -> None:
    """Called once when the process is ready to serve."""


async def stop() -> None:
    """Called once when the process ends."""


async def bridge_line(scope: Scope, receive: Receive, send: Send) -> None:
    await _refuse(receive, send)


async def phone_line(scope: Scope, receive: Receive, send: Send) -> None:
    await _refuse(receive, send)


async def _refuse(receive: Receive, send: Send) -> None:
    """No hub is there yet: the handshake is refused."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})
