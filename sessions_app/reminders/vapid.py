"""The key that tells push services who sends (RFC 8292): made from the server's secret, the same each time."""

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (SEC 2, section 2.4.2)."""


def private_key() -> "EllipticCurvePrivateKey":
    return _private_key(str(settings.PUSH_KEY))


def public_key() -> str:
    """As a browser takes it (`applicationServerKey`): the point, uncompressed, in base64url without padding."""
    return _public_key(str(settings.PUSH_KEY))


@lru_cache(maxsize=2)
def _private_key(secret: str) -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec

    # 512 bits taken modulo the order of 256: no part of the range is likelier than another
    scalar = int.from_bytes(hashlib.sha512(f"nirweb vapid {secret}".encode()).digest()) % (ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


@lru_cache(maxsize=2)
def _public_key(secret: str) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _private_key(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
