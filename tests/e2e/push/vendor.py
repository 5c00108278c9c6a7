"""The push back end of Chromium's vendor, on this machine: a stock Chromium registers with it, and gets its messages from it.

Three doors, as in life: plain HTTP where a browser checks in and registers, a TLS line on which messages come to it, and HTTPS
where servers hand in messages for `https://HOST/fcm/send/<token>`.
"""

import asyncio
import itertools
import secrets
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import Final

from tests.e2e.push import frames
from tests.e2e.push.frames import Frame
from tests.push.authority import Authority

HOSTS: Final = ("fcm.googleapis.com", "jmt17.google.com")
"""The second is for builds of no known channel, as those of a Linux distribution are."""
TEXT: Final = "text/plain"
Reply = tuple[int, str, bytes]


@dataclass(frozen=True)
class Taken:
    """A message that a server handed in."""

    token: str
    headers: dict[str, str]
    body: bytes
    at_s: float
    """Wall clock, seconds."""


@dataclass
class Registered:
    app: str
    subtype: str
    sender: str


@dataclass
class Vendor:
    authority: Authority = field(default_factory=Authority)
    taken: list[Taken] = field(default_factory=list)
    refuse_with: int | None = None
    """A status for every message that is handed in, while it is set."""
    _tokens: dict[str, Registered] = field(default_factory=dict)
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)
    _waiting: list[bytes] = field(default_factory=list)
    """Messages for browsers that are down: kept until one logs in."""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    _servers: list[asyncio.Server] = field(default_factory=list)

    async def start(self) -> None:
        self._servers = [
            await asyncio.start_server(self._web, "127.0.0.1", 0),
            await asyncio.start_server(self._line, "127.0.0.1", 0, ssl=self.authority.serving("localhost")),
            await asyncio.start_server(self._web, "127.0.0.1", 0, ssl=self.authority.serving(*HOSTS)),
        ]
        self.web_port, self.line_port, self.send_port = (one.sockets[0].getsockname()[1] for one in self._servers)

    def stop(self) -> None:
        for server in self._servers:
            server.close()

    def repeat(self) -> None:
        """The last message comes twice, as when a worker was killed before it knew the answer."""
        last = self.taken[-1]
        self._deliver(self._message(self._tokens[last.token], last.headers, last.body))

    def forget(self) -> None:
        """Every browser loses its subscription, and does not hear of it."""
        self._tokens.clear()

    @property
    def arguments(self) -> list[str]:
        """What tells a stock Chromium to come here, and nowhere else."""
        web = f"http://127.0.0.1:{self.web_port}"
        return [
            f"--gcm-checkin-url={web}/checkin",
            f"--gcm-registration-url={web}/register",
            f"--gcm-mcs-endpoint=https://localhost:{self.line_port}",
            "--ignore-certificate-errors",
            "--host-resolver-rules=MAP *.googleapis.com ~NOTFOUND, MAP *.google.com ~NOTFOUND",
        ]

    # ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _web(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                path = urllib.parse.urlsplit(line.decode().split()[1]).path
                headers = {}
                while head := (await reader.readline()).strip().decode():
                    name, _, value = head.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                status, kind, answer = self._answer(path, headers, body)
                begin = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write(begin.encode() + answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if path == "/checkin":
            now_ms = int(time.time() * 1000)
            made = frames.fixed64(7, secrets.randbits(60)) + frames.fixed64(8, secrets.randbits(60))
            return 200, "application/x-protobuf", frames.field(1, 1) + frames.field(3, now_ms) + made + frames.field(9, 0)
        if path == "/register":
            return self._register(dict(urllib.parse.parse_qsl(body.decode())))
        if path.startswith("/fcm/send/"):
            return self._take(path.rsplit("/", 1)[1], headers, body), TEXT, b""
        return 404, TEXT, b""

    def _register(self, form: dict[str, str]) -> Reply:
        if form.get("delete") == "true":
            return 200, TEXT, f"deleted={form.get('app', '')}".encode()
        token = "t-" + secrets.token_urlsafe(24)
        self._tokens[token] = Registered(form["app"], form.get("X-subtype") or form.get("subtype", ""), form.get("sender", ""))
        return 200, TEXT, f"token={token}".encode()

    def _take(self, token: str, headers: dict[str, str], body: bytes) -> int:
        """The status for a message that was handed in; as strict as the real one where a server may get it wrong."""
        if self.refuse_with is not None:
            return self.refuse_with
        known = self._tokens.get(token)
        if known is None:
            return 410
        if not headers.get("authorization", "").startswith("vapid "):
            return 401
        if "ttl" not in headers or headers.get("content-encoding") != "aes128gcm":
            return 400
        if len(body) > 4096:
            return 413
        self.taken.append(Taken(token, headers, body, time.time()))
        self._deliver(self._message(known, headers, body))
        return 201

    # ── The line to the browser ──────────────────────────────────────────────────────────────────────────────────────
    def _message(self, to: Registered, headers: dict[str, str], body: bytes) -> bytes:
        number = next(self._numbers)
        pairs = {"subtype": to.subtype, "content-encoding": headers["content-encoding"]}
        said = b"".join(frames.field(7, frames.field(1, name) + frames.field(2, value)) for name, value in pairs.items())
        stanza = (
            frames.field(2, f"m{number}") + frames.field(3, to.sender) + frames.field(5, to.app) + said
            + frames.field(9, f"0:{time.time_ns()}%{number}") + frames.field(17, int(headers["ttl"]))
            + frames.field(18, int(time.time() * 1000)) + frames.field(21, body)
        )  # fmt: skip
        return Frame(frames.DATA, stanza).packed()

    def _deliver(self, message: bytes) -> None:
        if not self._lines:
            self._waiting.append(message)
        for line in self._lines:
            line.write(message)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readexactly(1)  # the version of the protocol
            writer.write(bytes([frames.VERSION]))
            while True:
                frame = await frames.read_frame(reader)
                if frame.tag == frames.LOGIN:
                    self._login(writer)
                elif frame.tag == frames.HEARTBEAT:
                    writer.write(Frame(frames.HEARTBEAT_ANSWER, b"").packed())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._lines.discard(writer)
            writer.close()

    def _login(self, writer: asyncio.StreamWriter) -> None:
        answer = frames.field(1, "login") + frames.field(5, 1) + frames.field(8, int(time.time() * 1000))
        writer.write(Frame(frames.LOGIN_ANSWER, answer).packed())
        self._lines.add(writer)
        for message in self._waiting:
            writer.write(message)
        self._waiting.clear()
