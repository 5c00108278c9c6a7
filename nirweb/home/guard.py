"""Only the home network: what comes to a public address of this machine gets no answer of ours [H26]."""

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from nirweb.home.address import is_home

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class HomeOnly:
    """Around an application whose sockets listen on all addresses, for those may change."""

    def __init__(self, inner: Application) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or came_by_home(scope):
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
        else:
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})


def came_by_home(scope: Scope) -> bool:
    """Whether the connection was made to a private address. Not known counts as public."""
    try:
        return is_home(ipaddress.ip_address(str(scope["server"][0]).partition("%")[0]))
    except (KeyError, TypeError, ValueError):
        return False
