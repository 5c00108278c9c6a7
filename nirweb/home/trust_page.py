"""What plain HTTP on the home network gives: the page that leads to trusting the home certificate, and the certificate [H30]."""

import base64
import hashlib
import plistlib
import re
import uuid
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from nirweb.home import authority
from nirweb.home.guard import Receive, Scope, Send

PAGE: Final = Path(__file__).with_name("trust_page.html")
IDS: Final = uuid.UUID("5b0f3c3e-6f0f-4f4b-9c52-6f1d6c1e7a55")
"""Ids of the profile come from it and the fingerprint: installed twice, iOS replaces instead of adding."""


@dataclass(frozen=True)
class File:
    content: bytes
    headers: tuple[tuple[str, str], ...]


class TrustPage:
    """An ASGI application of three files. `origin` is where the app is, `port` where this page is."""

    def __init__(self, root: x509.Certificate, origin: str, port: int) -> None:
        self._files = {
            "/": _page(root, origin, port),
            "/nirweb.crt": _file(authority.der(root), "application/x-x509-ca-cert", "nirweb.crt"),
            "/nirweb.mobileconfig": _file(_profile(root), "application/x-apple-aspen-config", "nirweb.mobileconfig"),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        file = self._files.get(scope["path"])
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, File(b"", (("Allow", "GET, HEAD"),)), body=False)
        elif file is None:
            await _answer(send, 404, File(b"There is nothing here.", (("Content-Type", "text/plain"),)), body=True)
        else:
            await _answer(send, 200, file, body=scope["method"] == "GET")


async def _answer(send: Send, status: int, file: File, *, body: bool) -> None:
    every = (("Content-Length", str(len(file.content))), ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))
    headers = [(name.lower().encode(), value.encode()) for name, value in (*every, *file.headers)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": file.content if body else b""})


def _file(content: bytes, kind: str, name: str) -> File:
    return File(content, (("Content-Type", kind), ("Content-Disposition", f'attachment; filename="{name}"')))


def _page(root: x509.Certificate, origin: str, port: int) -> File:
    """The page with its own style and script and nothing else; it may ask the app's host, and no other."""
    text = Template(PAGE.read_text(encoding="utf-8")).substitute(
        origin=escape(origin), fingerprint=_in_groups(authority.fingerprint(root)), host=escape(urlsplit(origin).hostname or "")
    )
    asked = f"{origin} http://{urlsplit(origin).hostname}:{port}"
    policy = (
        f"default-src 'none'; style-src {_hash_of('style', text)}; script-src {_hash_of('script', text)}; connect-src {asked}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = (
        ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
    )  # fmt: skip
    return File(text.encode(), headers)


def _in_groups(mark: str) -> str:
    """Four pairs at a time, for the eye."""
    pairs = mark.split(":")
    return " ".join(":".join(pairs[at : at + 4]) for at in range(0, len(pairs), 4))


def _hash_of(tag: str, text: str) -> str:
    (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _profile(root: x509.Certificate) -> bytes:
    """Apple's configuration profile with the root in it. It is not signed: iOS says so, and shows what is in it."""
    mark = authority.fingerprint(root)
    return plistlib.dumps(
        {
            "PayloadContent": [
                {
                    "PayloadCertificateFileName": "nirweb.crt",
                    "PayloadContent": authority.der(root),
                    "PayloadDescription": "Lets this device recognise your NIRWeb at home.",
                    "PayloadDisplayName": "NIRWeb at home",
                    "PayloadIdentifier": f"nirweb.home.{uuid.uuid5(IDS, mark)}.root",
                    "PayloadType": "com.apple.security.root",
                    "PayloadUUID": str(uuid.uuid5(IDS, f"{mark} root")).upper(),
                    "PayloadVersion": 1,
                }
            ],
            "PayloadDescription": "Lets this device recognise your NIRWeb at home. It is good for that one name only.",
            "PayloadDisplayName": "NIRWeb at home",
            "PayloadIdentifier": f"nirweb.home.{uuid.uuid5(IDS, mark)}",
            "PayloadRemovalDisallowed": False,
            "PayloadType": "Configuration",
            "PayloadUUID": str(uuid.uuid5(IDS, mark)).upper(),
            "PayloadVersion": 1,
        }
    )
