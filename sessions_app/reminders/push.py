"""Web Push: encrypt a message for a phone (RFC 8291), sign it (RFC 8292) and hand it to the phone's push service (RFC 8030).

The only user of pywebpush and aiohttp. Both are imported when the first message is sent: together they weigh 28 MB.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.conf import settings

from sessions_app.reminders import endpoint, vapid

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from aiohttp.abc import AbstractResolver

log = structlog.stdlib.get_logger(__name__)

DEADLINE_S: Final = 5.0
"""For all that are sent together, from looking up the names to the last answer."""
SIGNED_FOR_S: Final = 3600
"""One signature serves all messages of an hour to a push service."""
AT_ONCE: Final = 50
TOKEN_LIFE_S: Final = 12 * 3600
"""Push services refuse more than a day (RFC 8292, section 2)."""
MAX_BODY: Final = 3_900
"""What every push service takes, encrypted (RFC 8030, section 7.2 says 4096)."""
NOTIFICATION: Final = "application/notification+json"
"""Marks a message that declarative Web Push shows without a service worker; others do not look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    endpoint: str
    p256dh: str
    auth: str
    body: bytes
    topic: str
    """Up to 32 letters of base64url: of two that wait at the push service the later takes the place of the earlier."""
    ttl_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int | None
    """None: no answer."""
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """How push services are reached."""

    resolver: "Callable[[], AbstractResolver]"
    tls: Callable[[], ssl.SSLContext]


def _guarded() -> "AbstractResolver":
    from sessions_app.reminders.resolver import OutsideResolver

    return OutsideResolver()


network = Network(_guarded, ssl.create_default_context)
"""Tests put another in its place, with a resolver and an authority of their own; what guards this one has no exception."""


def send(messages: Sequence[Message]) -> list[Answer]:
    """Send all of them, many at a time. An answer for each, in their order; never raises for one."""
    return asyncio.run(_send_all(messages)) if messages else []


async def _send_all(messages: Sequence[Message]) -> list[Answer]:
    import aiohttp

    connector = aiohttp.TCPConnector(resolver=network.resolver(), ssl=network.tls(), limit=AT_ONCE, ttl_dns_cache=10)
    # no proxies from the environment, no cookies: nothing but what is said here
    session = aiohttp.ClientSession(connector=connector, trust_env=False, cookie_jar=aiohttp.DummyCookieJar())
    tasks = [asyncio.create_task(_send(session, message)) for message in messages]
    try:
        await asyncio.wait(tasks, timeout=DEADLINE_S)
    finally:
        await session.close()  # breaks off what is still under way, where a cancelled request would wait for the other side
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    return [one if isinstance(one, Answer) else Answer(status=None) for one in ended]


async def _send(session: "ClientSession", message: Message) -> Answer:
    import aiohttp

    if endpoint.fault(message.endpoint) is not None:
        return Answer(status=403)
    try:
        body, headers = _sealed(message)
    except ValueError:  # keys that no browser made
        return Answer(status=410)
    try:
        async with session.post(message.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
            return Answer(status=answer.status, retry_after=answer.headers.get("Retry-After"))
    except (aiohttp.ClientError, OSError) as error:
        log.info("push service not reached", error=type(error).__name__)
        return Answer(status=None)


def _sealed(message: Message) -> tuple[bytes, dict[str, str]]:
    """The body encrypted for the phone, and the headers. ValueError where the phone's keys are none."""
    from pywebpush import WebPusher

    keys = {"p256dh": message.p256dh, "auth": message.auth}
    body: bytes = WebPusher({"endpoint": message.endpoint, "keys": keys}).encode(message.body, "aes128gcm")["body"]
    if len(body) > MAX_BODY:
        raise ValueError("too long")
    signed = _signed(endpoint.audience(message.endpoint), contact(), int(time.time() // SIGNED_FOR_S))
    headers = {
        **signed, "Content-Encoding": "aes128gcm", "Content-Type": NOTIFICATION, "TTL": str(message.ttl_s), "Urgency": "high",
        "Topic": message.topic,
    }  # fmt: skip
    return body, headers


@lru_cache(maxsize=32)
def _signed(audience: str, subject: str, hour: int) -> dict[str, str]:
    """The headers that name the sender to one push service, made anew each hour. The caller only reads them."""
    from py_vapid import Vapid02

    # the library's own check of the contact is older than its RFC; ours is stricter
    claims: dict[str, Any] = {"sub": subject, "aud": audience, "exp": hour * SIGNED_FOR_S + TOKEN_LIFE_S}
    return dict(Vapid02(vapid.private_key(), conf={"no-strict": True}).sign(claims))


def contact() -> str:
    """Whom the push service may ask. Without one, a name of this server that all but Apple's service take."""
    return settings.PUSH_SUBJECT or f"mailto:nirweb@{settings.ORIGIN.split('://', 1)[1].split(':')[0]}"
