"""How the bridge is let in: the device grant of RFC 8628, and tokens that are renewed at each use [B6].

A code is shown to a person (`enrol.json`, which `up` prints), who approves it on the phone. The tokens lie in `token.json`,
readable by this user alone. Three short forms over HTTP: the standard library is enough, and keeps the bridge small.
"""

import asyncio
import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog

from ble_bridge import on_disk
from ble_bridge.pin import NotPinned, Pin

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
HTTP_PATIENCE_S: Final = 10.0
RENEW_BEFORE_S: Final = 300
"""An access token with less life than this is renewed first."""
SLOW_DOWN_S: Final = 5.0
"""What `slow_down` adds to the interval (RFC 8628, 3.5)."""
DENIED_PAUSE_S: Final = 60.0
RETRY_FIRST_S: Final = 0.5
RETRY_MOST_S: Final = 15.0

log = structlog.stdlib.get_logger(__name__)
Sleep = Callable[[float], Awaitable[None]]


class Unreachable(Exception):
    """The server did not answer, or not as a server of ours does."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_at: float
    """Wall time, seconds since 1970: only a hint, the server decides."""
    bridge_id: str = ""
    """Told by the server's welcome; says who is asking when the bridge has to be let in anew."""


class Home:
    """The two files of a bridge's folder that have to do with being let in."""

    def __init__(self, folder: Path) -> None:
        self._tokens = folder / "token.json"
        self._request = folder / "enrol.json"

    def tokens(self) -> Tokens | None:
        """None when there are none, or the file is broken: then the bridge asks to be let in."""
        try:
            return Tokens(**json.loads(self._tokens.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            log.warning("token file is of no use, asking to be let in anew", error=str(error))
            return None

    def keep(self, tokens: Tokens) -> None:
        on_disk.write_json(self._tokens, {name: getattr(tokens, name) for name in Tokens.__slots__})

    def forget(self) -> None:
        self._tokens.unlink(missing_ok=True)

    def show(self, request: dict[str, Any]) -> None:
        on_disk.write_json(self._request, request)

    def hide(self) -> None:
        self._request.unlink(missing_ok=True)


class Enrolment:
    """Gives the line its access token, whatever it takes: a kept one, a renewed one, or a person's approval."""

    def __init__(
        self,
        folder: Path,
        server: str,
        name: str,
        software: str,
        *,
        pin: Pin | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._home = Home(folder)
        self._server = server.rstrip("/")
        self._name = name
        self._software = software
        self._pin = pin
        self._tls = pin.tls if pin else None
        self._sleep = sleep
        self._endpoints: dict[str, str] | None = None

    async def token(self, *, refused: bool = False) -> str:
        """A token to open the line with. `refused`: the server did not take the last one. Waits as long as it takes."""
        pause = RETRY_FIRST_S
        while True:
            try:
                return await self._once(refused=refused)
            except Unreachable as error:
                log.info("server not reached", error=str(error), again_in_s=round(pause, 1))
                await self._sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, no secret
                pause = min(pause * 2, RETRY_MOST_S)

    def is_bridge(self, bridge_id: UUID) -> None:
        """Remember who the server says we are, so that being let in anew finds our panels again."""
        tokens = self._home.tokens()
        if tokens is not None and tokens.bridge_id != str(bridge_id):
            self._home.keep(_with(tokens, bridge_id=str(bridge_id)))

    async def _once(self, *, refused: bool) -> str:
        if self._pin is not None:
            try:
                await self._pin.hold()
            except NotPinned as error:
                raise Unreachable(str(error)) from error
        tokens = self._home.tokens()
        if tokens is not None and not refused and tokens.expires_at - time.time() > RENEW_BEFORE_S:
            return tokens.access_token
        if tokens is not None:
            renewed = await self._renew(tokens)
            if renewed is not None:
                return renewed.access_token
        former = tokens.bridge_id if tokens is not None else ""
        return (await self._ask(former)).access_token

    async def _renew(self, tokens: Tokens) -> Tokens | None:
        reply = await self._post("token_endpoint", grant_type="refresh_token", refresh_token=tokens.refresh_token)
        if reply.status == 200:
            return self._keep(reply, tokens.bridge_id)
        if reply.body.get("error") == "invalid_grant":
            log.warning("no longer let in: revoked, away for too long, or a token was used twice", bridge=tokens.bridge_id)
            return None
        raise Unreachable(f"renewing answered {reply.status} {reply.body.get('error', '')}")

    async def _ask(self, former: str) -> Tokens:
        """Show codes until a person approves one."""
        try:
            while True:
                asked = await self._post("device_authorization_endpoint", name=self._name, software=self._software, former=former)
                if asked.status != 200:
                    raise Unreachable(f"asking to be let in answered {asked.status} {asked.body.get('error', '')}")
                self._show(asked.body)
                tokens = await self._poll(asked.body, former)
                if tokens is not None:
                    return tokens
        finally:
            self._home.hide()

    def _show(self, asked: dict[str, Any]) -> None:
        shown = {key: asked[key] for key in ("user_code", "verification_uri", "verification_uri_complete")}
        self._home.show({**shown, "expires_at": time.time() + asked["expires_in"]})
        log.info("waiting to be let in", code=asked["user_code"], link=asked["verification_uri_complete"])

    async def _poll(self, asked: dict[str, Any], former: str) -> Tokens | None:
        """Tokens, or None when the code is over and a new one is needed."""
        interval = float(asked.get("interval", 5))
        while True:
            await self._sleep(interval)
            try:
                reply = await self._post("token_endpoint", grant_type=DEVICE_GRANT, device_code=asked["device_code"])
            except Unreachable:
                interval = min(interval * 2, 60.0)  # RFC 8628, 3.5: back off when the connection fails
                continue
            if reply.status == 200:
                log.info("let in")
                return self._keep(reply, former)
            error = reply.body.get("error")
            if error == "slow_down":
                interval += SLOW_DOWN_S
            elif error == "access_denied":
                log.warning("not let in: the request was denied")
                await self._sleep(DENIED_PAUSE_S)
                return None
            elif error != "authorization_pending" and reply.status < 500:
                return None

    def _keep(self, reply: Reply, bridge_id: str) -> Tokens:
        try:
            tokens = Tokens(
                access_token=str(reply.body["access_token"]),
                refresh_token=str(reply.body["refresh_token"]),
                expires_at=time.time() + float(reply.body["expires_in"]),
                bridge_id=bridge_id,
            )
        except (KeyError, ValueError) as error:
            raise Unreachable("the answer has no tokens in it") from error
        self._home.keep(tokens)
        return tokens

    # ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _post(self, endpoint: str, **form: str) -> Reply:
        if self._endpoints is None:
            found = await asyncio.to_thread(self._call, f"{self._server}/api/bridges/enrol/endpoints", None)
            if found.status != 200 or not {"device_authorization_endpoint", "token_endpoint", "client_id"} <= found.body.keys():
                raise Unreachable(f"{self._server} does not say how to be let in (status {found.status})")
            self._endpoints = found.body
        known = self._endpoints
        scope = {"scope": known.get("scope", "")} if endpoint == "device_authorization_endpoint" else {}
        try:
            return await asyncio.to_thread(self._call, known[endpoint], {"client_id": known["client_id"], **scope, **form})
        except Unreachable:
            self._endpoints = None  # it may have moved
            raise

    def _call(self, url: str, form: dict[str, str] | None) -> Reply:
        if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
            raise Unreachable(f"{url} is no address of a server")
        data = None if form is None else urllib.parse.urlencode({key: value for key, value in form.items() if value}).encode()
        try:
            request = urllib.request.Request(url, data=data, headers={"Accept": "application/json"})  # noqa: S310 - checked above
            with urllib.request.urlopen(request, timeout=HTTP_PATIENCE_S, context=self._tls) as answer:  # noqa: S310
                return Reply(answer.status, _json(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, _json(error.read()))
        except (OSError, ValueError) as error:
            raise Unreachable(f"{url}: {error}{self._hint(error)}") from error

    def _hint(self, error: Exception) -> str:
        if self._tls is not None or "CERTIFICATE_VERIFY_FAILED" not in str(error):
            return ""
        return '; if it is your home network\'s, write its fingerprint into bridge.toml: authority = "…"'


def _json(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _with(tokens: Tokens, **changes: str) -> Tokens:
    return Tokens(**{name: changes.get(name, getattr(tokens, name)) for name in Tokens.__slots__})
