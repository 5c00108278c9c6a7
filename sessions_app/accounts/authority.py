"""The root certificate of the home network, where this server has one (docs/home-network.md)."""

import hashlib
import ssl
from functools import lru_cache
from pathlib import Path

from django.conf import settings


def certificate() -> bytes | None:
    """In DER; None where phones need none."""
    return _read(settings.AUTHORITY) if settings.AUTHORITY else None


def fingerprint() -> str | None:
    """SHA-256 in pairs of capital letters and digits, as phones show it."""
    found = certificate()
    return hashlib.sha256(found).digest().hex(":").upper() if found else None


@lru_cache(maxsize=2)
def _read(path: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(path.read_text(encoding="ascii"))
