"""Which address this server has, and which others it still answers to.

Pure: what was kept and what is asked go in, a choice comes out.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from nirweb.supervisor.trouble import CannotStart

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
"""None that is read for another."""
NAME_LETTERS: Final = 4
HTTPS_PORT: Final = 8443
PAGE_PORT: Final = 8080
NONE: Final = "none"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
HOME_NETWORKS: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip
"""Private by their standards (RFC 1918, 3927, 6598, 4193, 4291): what the internet does not route to [H26]."""


@dataclass(frozen=True)
class Lan:
    """How the home network is served."""

    name: str
    """nirweb-xxxx.local"""
    https_port: int = HTTPS_PORT
    page_port: int = PAGE_PORT
    address: str | None = None
    """Only this address of the machine; None: all its private ones."""
    by_address: bool = False
    announced: bool = False
    """The name was announced once without conflict: phones may hold on to it [H28]."""

    @property
    def host(self) -> str:
        return self.address if self.by_address and self.address else self.name

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}" + ("" if self.https_port == 443 else f":{self.https_port}")


@dataclass(frozen=True)
class Asked:
    """What this `up` was told; None: nothing about it."""

    url: str | None = None
    lan: str | None = None
    """`auto`, an address of this machine, or `none`."""
    by_address: bool = False
    https_port: int | None = None
    page_port: int | None = None


@dataclass(frozen=True)
class Choice:
    """What is kept in the data folder."""

    url: str | None = None
    lan: Lan | None = None
    name: str | None = None
    """The home name, also while the home network is not served."""
    former: tuple[str, ...] = field(default=())
    origin: str | None = None
    """The one of the last `up`; None before the first, and while only this machine was served."""

    def current(self) -> str | None:
        """The origin by the order of H1; None: this machine only."""
        return self.url or (self.lan.origin if self.lan else None)

    def others(self) -> tuple[str, ...]:
        """Origins that are still answered [H4]."""
        found = [*self.former, *([self.lan.origin] if self.lan else [])]
        return tuple(dict.fromkeys(one for one in found if one != self.current()))


def choose(kept: Choice, asked: Asked, draw: Callable[[], str]) -> Choice:
    """What holds from now on. `draw` makes a home name, called only where there is none yet.

    Raises CannotStart.
    """
    made = replace(kept, url=_url(kept, asked))
    if asked.lan == NONE:
        made = replace(made, lan=None)
    elif asked.lan is not None or kept.lan is not None:
        name = kept.name or draw()
        made = replace(made, name=name, lan=_lan(kept.lan or Lan(name), asked))
    elif asked.by_address or asked.https_port or asked.page_port:
        raise CannotStart("--by-address, --https-port and --page-port go with --lan.")
    return _remember(kept, made)


def _url(kept: Choice, asked: Asked) -> str | None:
    if asked.url is None:
        return kept.url
    return None if asked.url == NONE else url(asked.url)


def _lan(before: Lan, asked: Asked) -> Lan:
    lan = replace(before, https_port=asked.https_port or before.https_port, page_port=asked.page_port or before.page_port)
    if asked.lan is not None:
        lan = replace(lan, address=None if asked.lan == "auto" else str(own_address(asked.lan)), by_address=asked.by_address)
    if lan.by_address and lan.address is None:
        raise CannotStart("--by-address needs the address that phones shall keep: --lan 192.168.1.10 --by-address")
    if lan.https_port == lan.page_port:
        raise CannotStart(f"--https-port and --page-port are both {lan.https_port}: give two.")
    return lan


def _remember(kept: Choice, made: Choice) -> Choice:
    """An origin that was used and is no more is answered for ever: somebody's app lives there."""
    now = made.current()
    before = (*kept.former, *((kept.origin,) if kept.origin else ()))
    return replace(made, former=tuple(dict.fromkeys(one for one in before if one != now)), origin=now)


def url(text: str) -> str:
    """An own address, as an origin. Raises CannotStart [H7]."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise CannotStart(f"--url {text} cannot be read: write it like  --url https://light.example.org") from None
    if parts.scheme != "https":
        raise CannotStart(f"--url {text} is not https, which phones want: put a proxy with a certificate in front.")
    if not parts.hostname or not _names_a_host(parts.hostname):
        raise CannotStart(f"--url {text} names no host: write it like  --url https://light.example.org")
    if parts.path.rstrip("/") or parts.query or parts.fragment or parts.username:
        raise CannotStart(f"--url takes an address without path, query or user: write it like  --url https://{parts.hostname}")
    if parts.hostname == "localhost" or parts.hostname.endswith(".localhost"):
        raise CannotStart("--url names this machine itself, which phones cannot reach: give the name that they use.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}" + (f":{port}" if port and port != 443 else "")


def _names_a_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.removesuffix(".").split(".")
        return all(label.replace("-", "").replace("_", "").isalnum() and label.isascii() for label in labels)
    return True


def own_address(text: str) -> Address:
    """An address of the home network. Raises CannotStart."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise CannotStart(f"--lan {text} is not an address: give this machine's, such as 192.168.1.10, or none.") from None
    if not is_home(found):
        raise CannotStart(f"--lan {text} is reached from the internet, not a home network: use  --url  with a proxy.")
    return found


def is_home(address: Address) -> bool:
    return any(address in network for network in HOME_NETWORKS if network.version == address.version)


def name(letter: Callable[[str], str]) -> str:
    """A new home name; `letter` takes one of a text at random."""
    return f"nirweb-{''.join(letter(LETTERS) for _ in range(NAME_LETTERS))}.local"
