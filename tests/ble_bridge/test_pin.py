"""A bridge on another machine of the home network: it trusts the authority whose fingerprint it was told, and nothing else."""

import datetime
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ble_bridge.enrol import Enrolment, Unreachable
from ble_bridge.home_file import HomeFileError, read
from ble_bridge.pin import NotPinned, Pin
from nirweb.home import authority
from nirweb.home.authority import Authority

HOST = "127.0.0.1"


@dataclass
class Server:
    """An https server of `shown`'s, that gives out `given` as its home certificate, and lets a bridge in."""

    shown: Authority
    given: Authority
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[str, bytes]:
        self.asked.append(path)
        if path == "/api/home/authority":
            return "application/x-x509-ca-cert", authority.der(self.given.root)
        tokens = {"access_token": "a", "refresh_token": "r", "expires_in": 3600}
        code = {"user_code": "C", "verification_uri": "u", "verification_uri_complete": "u", "device_code": "d", "expires_in": 60}
        places = {"device_authorization_endpoint": f"{self.url}/device", "token_endpoint": f"{self.url}/token", "client_id": "c"}
        found: dict[str, Any] = {"/device": {**code, "interval": 0}, "/token": tokens}.get(path, places)
        return "application/json", json.dumps(found).encode()


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@pytest.fixture(scope="module")
def home() -> Authority:
    return authority.make(HOST, now())


@pytest.fixture(scope="module")
def stranger() -> Authority:
    return authority.make(HOST, now())


@pytest.fixture
def server(home: Authority, tmp_path: Path) -> Iterator[Server]:
    served = Server(home, home)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind, body = served.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer((HOST, 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf = authority.issue(home, now())
    (tmp_path / "leaf.pem").write_bytes(leaf.chain + leaf.key)
    context.load_cert_chain(tmp_path / "leaf.pem")
    http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    served.url = f"https://{HOST}:{http.server_port}"
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    http.shutdown()
    thread.join()
    http.server_close()


async def _no_wait(_: float) -> None: ...


def enrolment(folder: Path, server: Server, fingerprint: str | None) -> Enrolment:
    pin = Pin(folder, server.url, fingerprint)
    return Enrolment(folder, server.url, "Attic", "test", pin=pin, sleep=_no_wait)


async def test_H50_it_is_let_in_by_a_server_of_the_pinned_authority_and_keeps_it(server: Server, tmp_path: Path) -> None:
    assert await enrolment(tmp_path, server, server.shown.fingerprint).token() == "a"
    assert (tmp_path / "authority.pem").read_bytes() == authority.pem(server.shown.root)
    server.asked.clear()
    again = Pin(tmp_path, server.url, server.shown.fingerprint)
    await again.hold()
    assert server.asked == [], "it was kept"


async def test_H50_a_server_that_gives_another_certificate_is_not_trusted(
    server: Server, stranger: Authority, tmp_path: Path
) -> None:
    server.given = stranger
    with pytest.raises(NotPinned, match="another fingerprint"):
        await Pin(tmp_path, server.url, server.shown.fingerprint).hold()
    assert not (tmp_path / "authority.pem").exists()


async def test_H50_a_forger_who_gives_the_right_certificate_has_not_its_key(
    server: Server, stranger: Authority, tmp_path: Path
) -> None:
    server.given = stranger  # the one that was named; what the server shows is of another
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        await enrolment(tmp_path, server, stranger.fingerprint)._once(refused=False)
    assert "/device" not in server.asked


async def test_H50_another_fingerprint_in_the_file_lets_go_of_the_kept_one(
    server: Server, stranger: Authority, tmp_path: Path
) -> None:
    (tmp_path / "authority.pem").write_bytes(authority.pem(stranger.root))
    pin = Pin(tmp_path, server.url, server.shown.fingerprint)
    await pin.hold()
    assert (tmp_path / "authority.pem").read_bytes() == authority.pem(server.shown.root)


async def test_H51_without_a_fingerprint_the_systems_authorities_decide_and_the_way_out_is_told(
    server: Server, tmp_path: Path
) -> None:
    with pytest.raises(Unreachable, match="write its fingerprint into") as told:
        await enrolment(tmp_path, server, None)._once(refused=False)
    assert "\n" not in str(told.value)
    assert server.asked == []


@pytest.mark.parametrize("mark", ['"AA:BB"', '"zz"', "7", '""'])
def test_H50_a_fingerprint_that_is_none_is_told(tmp_path: Path, mark: str) -> None:
    (tmp_path / "bridge.toml").write_text(f'server = "https://x"\nname = "B"\nradios = []\nauthority = {mark}\n')
    with pytest.raises(HomeFileError, match="must be the fingerprint"):
        read(tmp_path)


def test_H50_it_belongs_to_https(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text(f'server = "http://x"\nname = "B"\nradios = []\nauthority = "{"AB:" * 32}"\n')
    with pytest.raises(HomeFileError, match="begins with https"):
        read(tmp_path)
