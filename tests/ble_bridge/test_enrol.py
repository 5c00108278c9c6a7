"""The bridge's side of the device grant, against a small server that answers as RFC 8628 says."""

import json
import stat
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from ble_bridge.enrol import DENIED_PAUSE_S, SLOW_DOWN_S, Enrolment, Home, Tokens

BRIDGE = UUID(int=5)


class Server:
    """Answers each form with the next of its script; keeps what it was asked."""

    def __init__(self) -> None:
        self.script: list[tuple[int, dict[str, Any]]] = []
        self.asked: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paths = {"device_authorization_endpoint": "/device", "token_endpoint": "/token"}
                self._answer(200, {**{k: outer.url + v for k, v in paths.items()}, "client_id": "c", "scope": "bridge"})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                outer.asked.append({"path": self.path, **{key: values[0] for key, values in form.items()}})
                self._answer(*outer.script.pop(0))

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


CODE = {
    "device_code": "d",
    "user_code": "ABCD-EFGH",
    "verification_uri": "http://here/link",
    "verification_uri_complete": "http://here/link?code=ABCD-EFGH",
    "expires_in": 600,
    "interval": 2,
}
PENDING = (400, {"error": "authorization_pending"})


def pair(number: int) -> tuple[int, dict[str, Any]]:
    return 200, {"access_token": f"a{number}", "refresh_token": f"r{number}", "expires_in": 3600}


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


class Bridge:
    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.slept: list[float] = []
        self.shown: list[bool] = []
        self.enrolment = Enrolment(folder, url, "Bridge at home", "nirweb 0.1", sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.shown.append((self.folder / "enrol.json").exists())


@pytest.fixture
def bridge(tmp_path: Path, server: Server) -> Bridge:
    return Bridge(tmp_path, server.url)


async def test_B6_it_shows_a_code_and_waits_for_approval(bridge: Bridge, server: Server) -> None:
    server.script = [(200, CODE), PENDING, (400, {"error": "slow_down"}), pair(1)]
    assert await bridge.enrolment.token() == "a1"
    assert bridge.slept == [2, 2, 2 + SLOW_DOWN_S]
    assert all(bridge.shown)
    assert not (bridge.folder / "enrol.json").exists(), "the code is over once it is used"
    assert server.asked[0] == {
        "path": "/device",
        "client_id": "c",
        "scope": "bridge",
        "name": "Bridge at home",
        "software": "nirweb 0.1",
    }
    assert server.asked[-1]["device_code"] == "d"


async def test_B6_it_keeps_tokens_for_this_user_alone(bridge: Bridge, server: Server) -> None:
    server.script = [(200, CODE), pair(1)]
    await bridge.enrolment.token()
    assert stat.S_IMODE((bridge.folder / "token.json").stat().st_mode) == 0o600
    server.script = []
    again = Bridge(bridge.folder, server.url)
    assert await again.enrolment.token() == "a1", "a kept token is used without asking"


async def test_B6_it_renews_before_the_hour_is_over_and_when_the_line_was_refused(bridge: Bridge, server: Server) -> None:
    Home(bridge.folder).keep(Tokens(access_token="a0", refresh_token="r0", expires_at=time.time() + 60))
    server.script = [pair(1), pair(2)]
    assert await bridge.enrolment.token() == "a1"
    assert await bridge.enrolment.token(refused=True) == "a2"
    assert [asked["refresh_token"] for asked in server.asked] == ["r0", "r1"]


async def test_B6_it_asks_anew_when_its_family_is_dead_and_says_who_it_was(bridge: Bridge, server: Server) -> None:
    Home(bridge.folder).keep(Tokens(access_token="a0", refresh_token="r0", expires_at=time.time() + 3600))
    bridge.enrolment.is_bridge(BRIDGE)
    server.script = [(400, {"error": "invalid_grant"}), (200, CODE), pair(1)]
    assert await bridge.enrolment.token(refused=True) == "a1"
    assert server.asked[1]["former"] == str(BRIDGE)
    kept = Home(bridge.folder).tokens()
    assert kept is not None
    assert kept.bridge_id == str(BRIDGE)


async def test_it_keeps_its_tokens_while_the_server_is_away(bridge: Bridge, server: Server) -> None:
    Home(bridge.folder).keep(Tokens(access_token="a0", refresh_token="r0", expires_at=0))
    server.script = [(503, {}), (502, {}), pair(1)]
    assert await bridge.enrolment.token() == "a1"
    assert len(bridge.slept) == 2
    assert bridge.slept[1] > bridge.slept[0] * 0.9


async def test_it_shows_a_new_code_when_one_is_over_or_denied(bridge: Bridge, server: Server) -> None:
    second = {**CODE, "device_code": "d2"}
    third = {**CODE, "device_code": "d3"}
    expired, denied = (400, {"error": "expired_token"}), (400, {"error": "access_denied"})
    server.script = [(200, CODE), expired, (200, second), denied, (200, third), pair(1)]
    assert await bridge.enrolment.token() == "a1"
    assert DENIED_PAUSE_S in bridge.slept
    assert server.asked[-1]["device_code"] == "d3"


async def test_it_goes_on_asking_while_nothing_answers(tmp_path: Path) -> None:
    server = Server()
    server.close()
    bridge = Bridge(tmp_path, server.url)
    tries = 0

    async def sleep(seconds: float) -> None:
        nonlocal tries
        tries += 1
        if tries == 6:
            raise TimeoutError

    bridge.enrolment._sleep = sleep
    with pytest.raises(TimeoutError):
        await bridge.enrolment.token()
    assert tries == 6


async def test_it_takes_a_broken_token_file_for_none(bridge: Bridge, server: Server) -> None:
    (bridge.folder / "token.json").write_text('{"access_token": ')
    server.script = [(200, CODE), pair(1)]
    assert await bridge.enrolment.token() == "a1"
