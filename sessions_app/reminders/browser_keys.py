"""The keys that a browser gives with its subscription (RFC 8291, section 2), checked when they come. Pure."""

import base64
import binascii
from typing import Final

PRIME: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
"""The curve P-256: y² = x³ - 3x + b modulo the prime (SEC 2, section 2.4.2)."""
UNCOMPRESSED: Final = 4
SECRET_BYTES: Final = 16


def public(text: str) -> str:
    """The browser's public key as it came. ValueError unless it is an uncompressed point of the curve in base64url."""
    raw = _raw(text)
    if len(raw) != 65 or raw[0] != UNCOMPRESSED:
        raise ValueError("is not a key of a browser")
    x, y = int.from_bytes(raw[1:33]), int.from_bytes(raw[33:])
    if not (x < PRIME and y < PRIME and (y * y - (x * x * x - 3 * x + B)) % PRIME == 0):
        raise ValueError("is not a key of a browser")
    return text


def secret(text: str) -> str:
    """The browser's secret as it came. ValueError unless it is 16 bytes in base64url."""
    if len(_raw(text)) != SECRET_BYTES:
        raise ValueError("is not a secret of a browser")
    return text


def _raw(text: str) -> bytes:
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64url") from None
