"""Knock at a live line and see whether it opens, without a server between."""

import asyncio
from typing import Any

from nirweb.asgi import application
from tests.patience import PATIENCE_S


async def handshake(path: str, headers: dict[str, str]) -> int:
    """101 when the line is accepted, else the HTTP status that the handshake is refused with."""
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("localhost", 8000),
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        "state": {},
    }
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    knocks = iter([{"type": "websocket.connect"}])

    async def receive() -> dict[str, Any]:
        knock = next(knocks, None)
        if knock is None:
            await answered
            return {"type": "websocket.disconnect", "code": 1001}
        return knock

    async def send(message: Any) -> None:
        statuses = {"websocket.accept": 101, "websocket.close": 403, "websocket.http.response.start": message.get("status")}
        if message["type"] in statuses and not answered.done():
            answered.set_result(statuses[message["type"]])

    await asyncio.wait_for(application(scope, receive, send), timeout=PATIENCE_S)
    return await answered
