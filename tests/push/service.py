"""A push service on this machine: real TLS, answers as a test wants them, and everything that came is kept."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sessions_app.reminders import push
from tests.push.authority import Authority
from tests.push.background import background
from tests.push.network import leading_to

NAMES: Final = ("push.example.org", "*.example.org", "web.push.apple.com", "fcm.googleapis.com")


@dataclass(frozen=True)
class Came:
    token: str
    headers: dict[str, str]
    body: bytes
    at_s: float
    """Wall clock, seconds."""


@dataclass
class PushService:
    """`answers[token]`: (status, further header lines) in turn, the last one for good; 201 where there are none."""

    answers: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    came: list[Came] = field(default_factory=list)
    delay_s: float = 0
    together: int = 0
    """Nobody is answered before so many have come."""
    _enough: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    def bodies_of(self, token: str) -> list[bytes]:
        return [one.body for one in self.came if one.token == token]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                path = line.decode().split()[1]
                headers = await _headers(reader)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                token = path.rsplit("/", 1)[-1]
                self.came.append(Came(token, headers, body, time.time()))
                if len(self.came) >= self.together:
                    self._enough.set()
                await self._enough.wait()
                await asyncio.sleep(self.delay_s)
                status, more = self._answer(token)
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n{more}\r\n".encode())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def _answer(self, token: str) -> tuple[int, str]:
        planned = self.answers[token]
        if not planned:
            return 201, ""
        return planned.pop(0) if len(planned) > 1 else planned[0]


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    found = {}
    while line := (await reader.readline()).strip().decode():
        name, _, value = line.partition(":")
        found[name.lower()] = value.strip()
    return found


@contextmanager
def running(authority: Authority) -> Iterator[PushService]:
    """In a thread of its own, at a free port."""
    service = PushService()
    with background() as behind:
        server = behind.wait(asyncio.start_server(service.serve, "127.0.0.1", 0, ssl=authority.serving(*NAMES)))
        service.port = server.sockets[0].getsockname()[1]
        try:
            yield service
        finally:
            behind.call(server.close)


@contextmanager
def reached_by_the_sender() -> Iterator[PushService]:
    """One that the sender of this process reaches, by every name, and no other."""
    authority, real = Authority(), push.network
    with running(authority) as service:
        push.network = leading_to(service.port, authority.pem)
        try:
            yield service
        finally:
            push.network = real
