"""The plain page of the home network: what it gives, and what it does not."""

import datetime
import plistlib
import re
from typing import Any

import pytest
from cryptography import x509

from nirweb.home import authority
from nirweb.home.authority import Authority
from nirweb.home.guard import HomeOnly
from nirweb.home.trust_page import TrustPage

HOST = "nirweb-test.local"
ORIGIN = f"https://{HOST}:8443"
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def home() -> Authority:
    return authority.make(HOST, datetime.datetime.now(datetime.UTC))


async def ask(application: Any, path: str, method: str = "GET", server: str | None = "192.168.1.10") -> Answer:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope: Any = {"type": "http", "path": path, "method": method, "headers": [], "server": (server, 8080) if server else None}
    await application(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.fixture
def page(home: Authority) -> TrustPage:
    return TrustPage(home.root, ORIGIN, 8080)


async def test_H30_it_gives_the_root_and_nothing_that_is_secret(home: Authority, page: TrustPage) -> None:
    status, headers, body = await ask(page, "/nirweb.crt")
    assert (status, headers["content-type"]) == (200, "application/x-x509-ca-cert")
    assert x509.load_der_x509_certificate(body) == home.root
    _, _, text = await ask(page, "/")
    assert b"PRIVATE" not in text


async def test_H30_the_profile_holds_the_root_and_installed_twice_replaces_itself(home: Authority, page: TrustPage) -> None:
    _, headers, body = await ask(page, "/nirweb.mobileconfig")
    assert headers["content-type"] == "application/x-apple-aspen-config"
    profile = plistlib.loads(body)
    (payload,) = profile["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == authority.der(home.root)
    _, _, again = await ask(TrustPage(home.root, ORIGIN, 8080), "/nirweb.mobileconfig")
    assert again == body


@pytest.mark.parametrize("path", ["/index.html", "/api/me", "/../authority.crt", "/intermediate.key", "/nirweb.crt/"])
async def test_H30_there_is_nothing_else(page: TrustPage, path: str) -> None:
    status, headers, _ = await ask(page, path)
    assert status == 404
    assert "set-cookie" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_H30_it_takes_no_input(page: TrustPage, method: str) -> None:
    assert (await ask(page, "/", method))[0] == 405


async def test_H30_its_page_needs_nobody_else(page: TrustPage) -> None:
    _, headers, body = await ask(page, "/")
    text = body.decode()
    assert "default-src 'none'" in headers["content-security-policy"]
    assert f"connect-src {ORIGIN} http://{HOST}:8080;" in headers["content-security-policy"]
    assert re.findall(r'\b(?:src|href)="([^"]*)"', text).count("/nirweb.crt") == 1
    assert {link for link in re.findall(r'\b(?:src|href)="([^"]*)"', text) if not link.startswith("/")} == {f"{ORIGIN}/"}
    assert not re.search(r"@import|url\(", text)


async def test_H25_it_shows_the_roots_fingerprint(home: Authority, page: TrustPage) -> None:
    _, _, body = await ask(page, "/")
    (shown,) = re.findall(r'id="fingerprint">([^<]*)<', body.decode())
    assert shown.replace(" ", ":") == home.fingerprint


@pytest.mark.parametrize(
    ("server", "status"), [("192.168.1.10", 200), ("fe80::1%eth0", 200), ("127.0.0.2", 200), ("192.0.2.2", 403), (None, 403)]
)
async def test_H26_what_comes_by_a_public_address_is_refused(page: TrustPage, server: str | None, status: int) -> None:
    assert (await ask(HomeOnly(page), "/", server=server))[0] == status
