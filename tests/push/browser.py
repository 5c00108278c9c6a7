"""A browser's side of a subscription: its keys, and reading what was encrypted for it."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class BrowserKeys:
    host: str = "push.example.org"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def endpoint(self) -> str:
        return f"https://{self.host}/send/{self.token}"

    @property
    def p256dh(self) -> str:
        return base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def auth(self) -> str:
        return base64url(self.secret)

    def subscription(self) -> dict[str, Any]:
        """As the phone sends it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}, "name": "Test browser"}

    def read(self, body: bytes) -> dict[str, Any]:
        """What the message says. Raises when it was not for this browser."""
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        found: dict[str, Any] = json.loads(plain)
        return found
