"""Real servers for tests of the lines: uvicorn as `up` runs it, in processes of their own on the test's database, and Valkey.

A bridge and a phone are played by WebSocket clients that speak the contract; on the server's side nothing is a stand-in.
"""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ble_bridge.contract import wire
from sessions_app.accounts.models import User
from sessions_app.panels.enrolment import tokens
from sessions_app.panels.models import Bridge
from tests.conftest import Browser
from tests.patience import PATIENCE_S
from tests.valkey import Valkey, wait_for

M = TypeVar("M", bound=wire.Message)
AS_IN_LIFE = "nirweb.supervisor.web"
PROMPTED = "tests.sessions_app.prompted_web"
"""Which does nothing by itself: what it sends was brought by a bell."""


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE_S)


class Server:
    """One web process on the test's database."""

    def __init__(self, folder: Path, redis_url: str | None, log: str, module: str = AS_IN_LIFE) -> None:
        self.module = module
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.origin = settings.ORIGIN
        self.address = f"127.0.0.1:{self.port}"
        self.log = folder / log
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")},
            "NIRWEB_DATA": str(folder),
            "NIRWEB_DATABASE_URL": database_url(),
            "NIRWEB_SECRET_KEY": settings.SECRET_KEY,
            "NIRWEB_ORIGIN": self.origin,
            "NIRWEB_LOG": "json",
            **({"NIRWEB_REDIS_URL": redis_url} if redis_url else {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        command = [sys.executable, "-m", self.module, str(self.listener.fileno())]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, pass_fds=[self.listener.fileno()], stdout=log, stderr=log
            )

    def wait(self) -> None:
        wait_for(self._answers)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://{self.address}/healthz", timeout=PATIENCE_S).status_code == 200
        return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE_S)
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            _end(self.process)
            self.process = None
        self.listener.close()

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


def database_url() -> str:
    """Where the test's database is, for a process of its own."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["NIRWEB_DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextlib.contextmanager
def servers(*modules: str, valkey: bool) -> Iterator[tuple[list[Server], Valkey]]:
    """A web process of each of these modules, with a Valkey between them or not."""
    with tempfile.TemporaryDirectory(prefix="nw-") as name:
        folder = Path(name)
        store = Valkey(folder)
        url = store.url if valkey else None
        made = [Server(folder, url, f"web-{number}.log", module) for number, module in enumerate(modules)]
        try:
            if valkey:
                store.start()
            for server in made:
                server.launch()
            for server in made:
                server.wait()
            yield made, store
        finally:
            for server in made:
                server.stop()
            store.kill()


async def eventually(true: Any, deadline_s: float = PATIENCE_S) -> None:
    """Until a question to the database is answered with yes."""
    end = time.monotonic() + deadline_s
    while not await sync_to_async(true)():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


class End:
    """One end of a line: what comes is kept until somebody asks for it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str) else message.model_dump_json())

    async def raw(self, deadline_s: float = PATIENCE_S) -> dict[str, Any]:
        return cast(dict[str, Any], json.loads(await asyncio.wait_for(self.socket.recv(), deadline_s)))

    async def closed(self, deadline_s: float = PATIENCE_S) -> int:
        """The code that the line is closed with."""
        async with asyncio.timeout(deadline_s):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
        assert self.socket.close_code is not None
        return self.socket.close_code

    async def silent(self, for_s: float, *but: str) -> None:
        """Nothing comes for so long, but messages of these types."""
        end = time.monotonic() + for_s
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                message = await self.raw(left)
                assert message["type"] in but, message


class BridgeEnd(End):
    def __init__(self, socket: ClientConnection) -> None:
        super().__init__(socket)
        self.epoch = uuid4()

    async def hello(self, **changes: Any) -> wire.Welcome:
        values: dict[str, Any] = {
            "protocol": wire.PROTOCOL, "software": "test 1", "epoch": self.epoch, "last_seq": 0, "open_runs": [], "profiles": {},
            "radios": ["virtual"],
        }  # fmt: skip
        await self.send(wire.Hello.model_validate(values | changes))
        return await self.hear(wire.Welcome)

    async def hear(self, kind: type[M], deadline_s: float = PATIENCE_S) -> M:
        """The next message of this kind; others before it are passed over."""
        end = time.monotonic() + deadline_s
        while True:
            message = wire.TO_BRIDGE.validate_python(await self.raw(end - time.monotonic()))
            if isinstance(message, kind):
                return message

    async def claim(self, command_id: UUID) -> wire.Grant | wire.Deny:
        claim = wire.Claim(command_id=command_id, claim_id=uuid4())
        await self.send(claim)
        while True:
            message = wire.TO_BRIDGE.validate_python(await self.raw())
            if isinstance(message, wire.Grant | wire.Deny) and message.claim_id == claim.claim_id:
                return message


class PhoneEnd(End):
    async def hear(self, kind: str, deadline_s: float = PATIENCE_S, **fields: Any) -> dict[str, Any]:
        """The next message of this type with these fields."""
        end = time.monotonic() + deadline_s
        while True:
            message = await self.raw(end - time.monotonic())
            if message["type"] == kind and all(message.get(name) == value for name, value in fields.items()):
                return message


def token_of(bridge: Bridge) -> str:
    """A fresh access token of this bridge."""
    access = tokens.new_token()
    tokens.keep(bridge, access, tokens.new_token(), timezone.now())
    return access


@contextlib.asynccontextmanager
async def bridge_end(server: Server, token: str | None) -> AsyncIterator[BridgeEnd]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with connect(f"ws://{server.address}/ws/bridge", additional_headers=headers, open_timeout=PATIENCE_S) as socket:
        yield BridgeEnd(socket)


@contextlib.asynccontextmanager
async def phone_end(server: Server, phone: "Phone", origin: str | None = None) -> AsyncIterator[PhoneEnd]:
    headers = {"Cookie": phone.cookie, "Origin": origin or settings.ORIGIN}
    async with connect(f"ws://{server.address}/ws/phone", additional_headers=headers, open_timeout=PATIENCE_S) as socket:
        yield PhoneEnd(socket)


class Phone:
    """A signed-in browser: its cookie on lines, its requests over real HTTP."""

    def __init__(self, user: User) -> None:
        browser = Browser(user)
        self.csrf = browser.get("/api/csrf").json()["token"]
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        self.browser = browser

    @classmethod
    async def of(cls, user: User) -> Self:
        return await sync_to_async(cls)(user)

    async def send(self, server: Server, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"Cookie": self.cookie, "X-CSRFToken": self.csrf, "Origin": settings.ORIGIN, "Host": "localhost:8000", **headers}
        async with httpx.AsyncClient() as client:
            return await client.request(method, f"http://{server.address}{path}", json=body, headers=sent, timeout=PATIENCE_S)
