"""A phone, as far as the server can tell: HTTP with cookies and CSRF, its live line, its sync."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

from sessions_app.base import new_id
from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these
from sessions_app.sync import rules
from tests.patience import PATIENCE_S

PASSWORD = "a lamp in the evening"


class Phone:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.client = httpx.AsyncClient(base_url=origin, timeout=PATIENCE_S)
        self.device = new_id()
        self.ops = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        token = (await self.client.get("/api/csrf")).json()["token"]
        sent = {"X-CSRFToken": token, "Origin": self.origin, **headers}
        return await self.client.request(method, path, json=body, headers=sent)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What the server answers; anything but a success fails."""
        answer = await self.send(method, path, body, **headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def sign_up(self, email: str) -> None:
        await self.send("post", "/_allauth/browser/v1/auth/signup", {"email": email, "password": PASSWORD})
        me = await self.ask("get", "/api/me")
        assert me["email"] == email
        await self.ask("post", "/api/consent", {"version": "2026-1"})

    async def sign_in(self, email: str) -> None:
        await self.send("post", "/_allauth/browser/v1/auth/login", {"email": email, "password": PASSWORD})
        await self.ask("get", "/api/me")

    async def me(self) -> str:
        """Whose phone it is."""
        return str((await self.ask("get", "/api/me"))["id"])

    async def put(self, entity: str, body: dict[str, Any]) -> None:
        """A fact, by sync."""
        self.ops += 1
        now_ms = round(time.time() * 1000)
        op = {
            "n": self.ops,
            "kind": "put",
            "entity": entity,
            "id": str(new_id()),
            "hlc": rules.stamp(now_ms, 0, self.device),
            "body": body,
        }
        request = {"device": str(self.device), "schema": 1, "epoch": None, "cursor": None, "limit": 100, "ops": [op]}
        reply = await self.ask("post", "/api/sync", request)
        assert (reply["ack"], reply["rejected"]) == (self.ops, []), reply

    async def answer_health_questions(self) -> None:
        at = datetime.now(UTC).isoformat()
        body = {"questionnaire_version": QUESTIONNAIRE.version, "answers": nothing_of_these(), "answered_at": at}
        await self.put("screening", body)

    async def until(self, path: str, holds: Any, within_s: float = PATIENCE_S) -> Any:
        """What the path answers once it holds."""
        end = time.monotonic() + within_s
        while True:
            answer = await self.ask("get", path)
            if holds(answer):
                return answer
            assert time.monotonic() < end, f"not within {within_s} s: {answer}"
            await asyncio.sleep(0.1)

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator["PhoneLine"]:
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.client.cookies.jar)
        address = self.origin.replace("http:", "ws:") + "/ws/phone"
        async with connect(address, additional_headers={"Cookie": cookie, "Origin": self.origin}) as socket:
            yield PhoneLine(socket)


class PhoneLine:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self, kind: str, holds: Any = lambda message: True, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """The next message of this type that holds. Everything that came is kept in `heard`."""
        end = time.monotonic() + within_s
        while True:
            message: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), end - time.monotonic()))
            self.heard.append(message)
            if message["type"] == kind and holds(message):
                return message
