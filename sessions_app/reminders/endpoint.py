"""Which addresses a message may be sent to. Pure.

An endpoint is an address that a browser gave us, and so whatever somebody made it: it must not become a way into the house. It is
checked when it comes, and each address behind its name again when a connection is made [R15]. There is no exception for loopback.
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from sessions_app.reminders.subject import is_public

MAX_LENGTH: Final = 2000
APPLE: Final = ".push.apple.com"
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def fault(endpoint: str) -> str | None:
    """Why nothing is ever sent there; None when it may be."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return "is not an address that can be read"
    if not endpoint.isascii() or any(letter <= " " or letter in '\\"<>^`{|}\x7f' for letter in endpoint):
        return "has characters that no address has"
    if parts.scheme != "https" or port not in {None, 443}:
        return "must be an https address at its usual port"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "must have no user and no fragment"
    if not is_public(parts.hostname or ""):
        return "must name a push service that the whole world knows"
    return None


def is_apples(endpoint: str) -> bool:
    return (urlsplit(endpoint).hostname or "").endswith(APPLE)


def audience(endpoint: str) -> str:
    """The origin that a message's token is for (RFC 8292, `aud`)."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.hostname}"


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the open internet: not of this machine, this house, a link or a group."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        return _is_outside_6(found)
    return found.is_global and not found.is_multicast and not found.is_reserved


def _is_outside_6(address: ipaddress.IPv6Address) -> bool:
    """What only wraps an IPv4 address is judged by that one; tunnels (6to4, Teredo) are never push services."""
    if address.ipv4_mapped is not None:
        return is_outside(str(address.ipv4_mapped))
    if address in _NAT64:
        return is_outside(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    tunnel = address.sixtofour is not None or address.teredo is not None
    return address.is_global and not address.is_multicast and not address.is_reserved and not tunnel
