"""Whom a push service can ask about this server: the contact in every message (RFC 8292, `sub`). Pure.

Apple's push service answers 403 to a contact at localhost, `.local` or `.invalid`, and the person's phone stays silent without a
word. So such a contact is refused where it is configured, and phones of Apple's are told when there is none.
"""

import re
from typing import Final

RESERVED: Final = frozenset({"local", "localhost", "invalid", "test", "example", "internal", "lan", "home", "arpa"})
"""Last labels that lead nowhere outside the house (RFC 6761, RFC 6762 and custom)."""

_LABEL: Final = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST: Final = re.compile(rf"({_LABEL}\.)+[a-z]([a-z0-9-]*[a-z0-9])?")
_MAIL: Final = re.compile(r"mailto:[^\s@<>,?]{1,64}@(?P<host>[^\s@/?#:]+)")
_PAGE: Final = re.compile(r"https://(?P<host>[^\s@/?#:]+)(:\d{1,5})?(/[^\s]*)?")


def fault(subject: str) -> str | None:
    """Why this cannot be the contact; None when it can."""
    found = _MAIL.fullmatch(subject) or _PAGE.fullmatch(subject)
    if found is None:
        return "must be mailto:you@example.org or an https address."
    if not is_public(found["host"]):
        return "must name a host that is known outside: Apple's push service refuses localhost, .local, .invalid and the like."
    return None


def is_public(host: str) -> bool:
    """A name that may be known outside the house; no address, and none of the names that are reserved."""
    return _HOST.fullmatch(host.lower()) is not None and host.lower().rsplit(".", 1)[-1] not in RESERVED


def chosen(given: str | None, scheme: str, host: str, mail_from: str | None) -> str | None:
    """The contact: what was given, else the server's public address, else whoever its mail comes from. None: there is none."""
    if given is not None:
        return given
    if scheme == "https" and is_public(host):
        return f"https://{host}"
    if mail_from and fault(f"mailto:{mail_from}") is None:
        return f"mailto:{mail_from}"
    return None
