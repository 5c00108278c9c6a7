"""R15: an endpoint is whatever somebody made it. It must not become a way into the house."""

import socket

import pytest
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from sessions_app.reminders import endpoint, push
from sessions_app.reminders.resolver import OutsideResolver
from tests.push.browser import BrowserKeys


@pytest.mark.parametrize(
    "address",
    ["https://fcm.googleapis.com/fcm/send/abc:def-_", "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
     "https://web.push.apple.com/QAbc", "https://db5p.notify.windows.com/w/?token=BQYA%2b", "https://push.example.org:443/x"],
)  # fmt: skip
def test_R15_it_takes_what_push_services_give(address: str) -> None:
    assert endpoint.fault(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://push.example.org/x", "ftp://push.example.org/x", "//push.example.org/x", "push.example.org/x", "", "https://",
        "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.7/x", "https://169.254.169.254/latest/meta-data/", "https://0/x",
        "https://2130706433/x", "https://0x7f.1/x", "https://0177.0.0.1/x", "https://[::ffff:127.0.0.1]/x", "https://8.8.8.8/x",
        "https://localhost/x", "https://nirweb.local/x", "https://router.lan/x", "https://metadata.google.internal/x",
        "https://printer/x", "https://push.example.org:8443/x", "https://push.example.org:22/x", "https://push.example.org:x/",
        "https://me@push.example.org/x", "https://me:secret@push.example.org/x", "https://push.example.org/x#y",
        "https://push.example.org/a b", "https://push.example.org/\r\nHost: x", "https://pu\u00adsh.example.org/x",
        "https://\uff50ush.example.org/x", "https://push.example.org\\@127.0.0.1/x", "https://push..example.org/x",
        "https://-push.example.org/x", "https://[::1", "https://push.example.org./x",
    ],
)  # fmt: skip
def test_R15_it_refuses_what_no_push_service_gives(address: str) -> None:
    assert endpoint.fault(address) is not None
    keys = BrowserKeys()
    message = push.Message(endpoint=address, p256dh=keys.p256dh, auth=keys.auth, body=b"{}", topic="t", ttl_s=1)
    assert push.send([message])[0].status == 403


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False),  # noqa: S104 - to be refused
        ("255.255.255.255", False), ("224.0.0.1", False), ("198.18.0.1", False),
        ("192.0.2.1", False), ("::1", False), ("::", False), ("fe80::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("ff02::1", False), ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False), ("2002:808:808::", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False), ("x", False),
        ("", False),
    ],
)  # fmt: skip
def test_R15_it_knows_the_open_internet(address: str, outside: bool) -> None:
    assert endpoint.is_outside(address) is outside


async def resolved(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    async def answer(self: object, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0) for one in addresses]

    monkeypatch.setattr(ThreadedResolver, "resolve", answer)
    resolver = OutsideResolver()
    try:
        return [one["host"] for one in await resolver.resolve("push.example.org", 443)]
    finally:
        await resolver.close()


async def test_R15_a_name_that_leads_inside_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await resolved(monkeypatch, "8.8.8.8", "1.1.1.1") == ["8.8.8.8", "1.1.1.1"]
    for inside in (["127.0.0.1"], ["8.8.8.8", "192.168.1.1"], []):
        with pytest.raises(OSError, match="private network"):
            await resolved(monkeypatch, *inside)


def test_R15_the_sender_connects_to_nothing_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forged name, the real resolver, and a server at that address that would hear a connection."""
    heard: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        port = listener.getsockname()[1]

        async def inside(self: object, host: str, port_: int = 0, family: int = 0) -> list[ResolveResult]:
            heard.append(host)
            return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

        monkeypatch.setattr(ThreadedResolver, "resolve", inside)
        keys = BrowserKeys(host="rebinding.example.org")
        message = push.Message(endpoint=keys.endpoint, p256dh=keys.p256dh, auth=keys.auth, body=b"{}", topic="t", ttl_s=1)
        assert push.send([message])[0].status is None
        assert heard == ["rebinding.example.org"]
        with pytest.raises(TimeoutError):
            listener.accept()


def test_it_knows_apples_push_service() -> None:
    assert endpoint.is_apples("https://web.push.apple.com/QAbc")
    assert not endpoint.is_apples("https://push.apple.com.example.org/x")
    assert endpoint.audience("https://push.example.org:443/a/b?c") == "https://push.example.org"
