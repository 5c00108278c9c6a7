"""One WebSocket as a plain ASGI connection: bounded outbox, closing codes. An idle line is one waiting task and little else."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from ble_bridge.contract import limits

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_WAITING: Final = 64
"""Messages that may wait for a slow reader; more, and the line is closed [B7]."""
BAD_MESSAGE: Final = 4400
REVOKED: Final = 4401
TOO_SLOW: Final = 4408
REPLACED: Final = 4409
GOING_AWAY: Final = 1001


class LineClosedError(Exception):
    """The other side is gone, or we closed the line."""


class Line:
    """What both kinds of line share. `put` and `close` never wait; a task writes while there is something to write."""

    __slots__ = ("_outbox", "_receive", "_send", "_writer", "closing", "owner")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._outbox: list[str] = []
        """At most 64. An empty deque would take 0.8 KB of the 30 that an idle line may."""
        self._writer: asyncio.Task[None] | None = None
        self.closing: tuple[int, str] | None = None
        """Code and reason, once it is to be closed."""
        self.owner: asyncio.Task[Any] | None = asyncio.current_task()

    @property
    def is_open(self) -> bool:
        return self.closing is None

    async def accept(self) -> None:
        await self._send({"type": "websocket.accept"})

    def put(self, text: str) -> None:
        """Send `text`, after what was put before. On a line that is closing it is dropped."""
        if not self.is_open:
            return
        if len(self._outbox) >= MAX_WAITING:
            self._outbox.clear()
            self.close(TOO_SLOW, "too slow")
            if self.owner is not None:
                self.owner.cancel()  # the writer is stuck behind the same slow reader: nobody else would end this line
            return
        self._outbox.append(text)
        self._write()

    def close(self, code: int, reason: str) -> None:
        """Close the line once what was put before is written. The first reason stands."""
        if self.closing is None:
            self.closing = (code, reason)
            self._write()

    def _write(self) -> None:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._outbox:
                await self._send({"type": "websocket.send", "text": self._outbox.pop(0)})
            if self.closing is not None:
                code, reason = self.closing
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError):
            self.closing = self.closing or (GOING_AWAY, "lost")  # the reader hears of the loss by itself
        finally:
            self._writer = None

    async def text(self, deadline_s: float | None = None) -> str:
        """The next message.

        LineClosedError when there will be none, TimeoutError at the deadline, ValueError when it is no text or too large.
        """
        message = await (self._receive() if deadline_s is None else asyncio.wait_for(self._receive(), deadline_s))
        if message["type"] == "websocket.disconnect":
            self.closing = self.closing or (int(message.get("code") or GOING_AWAY), "")
            raise LineClosedError
        text = message.get("text")
        if not isinstance(text, str):
            raise ValueError("only text is understood here")
        if len(text.encode("utf-8", "surrogatepass")) > limits.MAX_FRAME_BYTES:
            raise ValueError("too large")
        return text

    async def until_written(self, deadline_s: float) -> None:
        """Wait until the outbox is written, at most so long."""
        writer = self._writer
        if writer is not None:
            await asyncio.wait({writer}, timeout=deadline_s)
            if not writer.done():
                writer.cancel()


async def refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Answer a handshake with an HTTP status; where the server cannot, by closing, which is told as 403."""
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": 4400 + status - 400})
