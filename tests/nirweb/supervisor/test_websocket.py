"""The WebSocket protocol of the web part, in a real uvicorn."""

import asyncio
import gc
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from nirweb.supervisor.websocket import LeanWebSocket
from sessions_app.panels.line import Receive, Send, refuse


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


async def _refused() -> int:
    async def refusing(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await refuse(scope, receive, send, 401)

    server = uvicorn.Server(uvicorn.Config(refusing, ws=LeanWebSocket, lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        with pytest.raises(InvalidStatus) as answered:
            await connect(f"ws://127.0.0.1:{listening.getsockname()[1]}/private?ticket=1", proxy=None)
        server.should_exit = True
        await serving
    return int(answered.value.response.status_code)


def test_a_refused_line_is_no_error_and_nobody_reads_who_asked_for_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert asyncio.run(_refused()) == 401
    assert [one.message for one in caplog.records if one.levelno > logging.INFO] == []
    assert caplog.records, "something is heard"
    assert not any("private" in one.message or "127.0.0.1:" in one.message for one in caplog.records)
