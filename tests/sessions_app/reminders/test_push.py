"""A message as push services and browsers see it: sealed, signed, marked."""

import base64
import json
import time

import pytest
from django.conf import settings
from py_vapid import Vapid02

from sessions_app.reminders import push, vapid
from tests.push.browser import BrowserKeys
from tests.push.service import PushService


def message(keys: BrowserKeys, body: bytes = b'{"a":1}', **changes: object) -> push.Message:
    values = {"endpoint": keys.endpoint, "p256dh": keys.p256dh, "auth": keys.auth, "body": body, "topic": "f" * 32, "ttl_s": 600}
    return push.Message(**(values | changes))  # type: ignore[arg-type]


def claims_of(authorization: str) -> dict[str, object]:
    token = authorization.split("t=")[1].partition(",")[0]
    body = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def test_R18_only_the_phone_can_read_it(service: PushService) -> None:
    keys = BrowserKeys()
    assert push.send([message(keys)]) == [push.Answer(status=201)]
    (came,) = service.came
    assert keys.read(came.body) == {"a": 1}
    assert b'"a"' not in came.body
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the library raises
        BrowserKeys().read(came.body)


def test_R18_it_is_signed_by_this_server_for_that_push_service(service: PushService) -> None:
    keys = BrowserKeys(host="fcm.googleapis.com")
    push.send([message(keys), message(BrowserKeys())])
    for came, audience in zip(
        sorted(service.came, key=lambda one: one.headers["host"]), ("fcm.googleapis.com", "push.example.org"), strict=True
    ):
        assert Vapid02.verify(came.headers["authorization"])
        assert f"k={vapid.public_key()}" in came.headers["authorization"]
        claims = claims_of(came.headers["authorization"])
        assert (claims["aud"], claims["sub"]) == (f"https://{audience}", settings.PUSH_SUBJECT)
        assert time.time() < float(str(claims["exp"])) <= time.time() + 24 * 3600


def test_R18_it_says_how_long_it_is_worth_something(service: PushService) -> None:
    push.send([message(BrowserKeys())])
    headers = service.came[0].headers
    assert (headers["ttl"], headers["topic"], headers["urgency"]) == ("600", "f" * 32, "high")
    assert (headers["content-encoding"], headers["content-type"]) == ("aes128gcm", "application/notification+json")
    assert "cookie" not in headers


def test_R15_it_follows_no_redirect(service: PushService) -> None:
    keys = BrowserKeys()
    service.answers[keys.token] = [(307, "Location: https://push.example.org/send/elsewhere\r\n")]
    assert push.send([message(keys)])[0].status == 307
    assert len(service.came) == 1


def test_R12_one_that_hangs_holds_up_no_other(service: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [message(BrowserKeys()) for _ in range(20)]
    service.together = len(messages)  # the first hangs until the last has come
    assert [one.status for one in push.send(messages)] == [201] * 20
    monkeypatch.setattr(push, "DEADLINE_S", 0.3)
    service.delay_s = 3600
    assert [one.status for one in push.send(messages)] == [None] * 20


def test_it_trusts_only_its_authority(service: PushService) -> None:
    import ssl

    known = push.network
    push.network = push.Network(known.resolver, ssl.create_default_context)
    try:
        assert push.send([message(BrowserKeys())])[0].status is None
    finally:
        push.network = known
    assert service.came == []


def test_keys_that_no_browser_made_count_as_gone(service: PushService) -> None:
    bad = message(BrowserKeys(), p256dh="B" + "A" * 86)
    assert push.send([bad, message(BrowserKeys())]) == [push.Answer(status=410), push.Answer(status=201)]


def test_it_keeps_its_key(settings: object) -> None:
    found = vapid.public_key()
    assert len(base64.urlsafe_b64decode(found + "=")) == 65
    assert vapid.public_key() == found
    settings.PUSH_KEY = "another" * 8  # type: ignore[attr-defined]
    assert vapid.public_key() != found


def test_R19_without_a_contact_it_names_itself(settings: object) -> None:
    settings.PUSH_SUBJECT = None  # type: ignore[attr-defined]
    settings.ORIGIN = "https://nirweb-7f.local:8443"  # type: ignore[attr-defined]
    assert push.contact() == "mailto:nirweb@nirweb-7f.local"
