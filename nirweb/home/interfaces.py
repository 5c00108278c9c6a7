"""The private addresses of this machine, as they are now."""

import ipaddress
from typing import Final

import ifaddr

from nirweb.home.address import is_home

NOT_HOME: Final = ("lo", "docker", "br-", "veth", "virbr", "cni", "lxc", "vmnet")
"""Begin the names of interfaces that lead to no phone: this machine itself, and machines in it."""


def home_addresses() -> list[str]:
    """Those that a phone at home could reach, IPv4 first, without the ones that are good on one link only (fe80)."""
    found = [
        ipaddress.ip_address(one.ip if isinstance(one.ip, str) else one.ip[0])
        for adapter in ifaddr.get_adapters()
        if not adapter.name.startswith(NOT_HOME)
        for one in adapter.ips
    ]
    mine = {one for one in found if is_home(one) and not one.is_loopback and not (one.version == 6 and one.is_link_local)}
    return [str(one) for one in sorted(mine, key=lambda one: (one.version, int(one)))]
