"""The WebSocket protocol of the web part, in a real uvicorn."""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from websockets.asyncio.client import connect

from nirweb.supervisor.websocket import LeanWebSocket


async def _echo(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    """Answers each text with the header that the line was opened with."""
    await receive()
    await send({"type": "websocket.accept"})
    named = dict(scope["headers"])[b"x-name"].decode()
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": f"{named} {message['text']}"})


async def _headers_kept() -> list[int]:
    """How many headers each open line still holds, of the request and of the answer."""
    server = uvicorn.Server(uvicorn.Config(_echo, ws=LeanWebSocket, lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        kept = await _kept_while_open(f"ws://127.0.0.1:{listening.getsockname()[1]}/")
        server.should_exit = True
        await serving
    return kept


async def _kept_while_open(address: str) -> list[int]:
    async with connect(address, additional_headers={"X-Name": "bridge"}, proxy=None) as line:
        await line.send("here")
        assert await line.recv() == "bridge here"
        assert line.response is not None
        assert line.response.headers["Upgrade"] == "websocket"
        lines = [one for one in gc.get_objects() if type(one) is LeanWebSocket]  # others may pose as what they stand for
        return [len(headers) for one in lines for headers in (one.request.headers, one.response.headers)]


def test_it_forgets_the_handshake_of_an_open_line() -> None:
    assert asyncio.run(_headers_kept()) == [0, 0]
