"""The home name in the network: announced by mDNS, taken back at the end, and watched for another machine that answers to it."""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Final

from zeroconf import IPVersion, NonUniqueNameException, RecordUpdate, RecordUpdateListener, ServiceInfo, Zeroconf
from zeroconf._dns import DNSAddress, DNSQuestion
from zeroconf._services.info import AddressResolver
from zeroconf.asyncio import AsyncZeroconf
from zeroconf.const import _CLASS_IN, _TYPE_A

KIND: Final = "_https._tcp.local."
PROBE_MS: Final = 1500


def _open(addresses: Sequence[str]) -> AsyncZeroconf:
    """Raises OSError: no address of the network can be used for it."""
    six = any(":" in one for one in addresses)
    four = any(":" not in one for one in addresses)
    version = IPVersion.All if six and four else IPVersion.V6Only if six else IPVersion.V4Only
    return AsyncZeroconf(interfaces=list(addresses), ip_version=version)


async def who_answers_to(name: str, addresses: Sequence[str]) -> list[str]:
    """The addresses of other machines that have this name already; asked before it is ours. Raises OSError."""
    network = _open(addresses)
    try:
        asked = AddressResolver(f"{name}.")
        await asked.async_request(network.zeroconf, PROBE_MS)
        return [one for one in asked.parsed_addresses() if one not in addresses]
    finally:
        await network.async_close()


class Announcement:
    """`name` leads to `addresses`, as long as it is held. `tell` hears of another machine's address for it, once each."""

    def __init__(self, name: str, port: int, tell: Callable[[str], None]) -> None:
        self._name = name
        self._port = port
        self._tell = tell
        self._network: AsyncZeroconf | None = None
        self._ours: set[str] = set()
        self._told: set[str] = set()

    async def hold(self, addresses: Sequence[str]) -> None:
        """Announce these from now on, in place of what was announced before [H27]. Raises OSError."""
        await self.drop()
        self._ours |= set(addresses)  # an old one of ours may still go round
        if not addresses:
            return
        network = _open(addresses)
        self._network = network
        question = DNSQuestion(f"{self._name}.", _TYPE_A, _CLASS_IN)
        network.zeroconf.async_add_listener(_Others(self._heard), question)
        label = self._name.removesuffix(".local")
        info = ServiceInfo(
            KIND, f"NIRWeb ({label}).{KIND}", port=self._port, server=f"{self._name}.", parsed_addresses=list(addresses)
        )
        try:
            await (await network.async_register_service(info))
        except NonUniqueNameException:
            # told by what it answers; ours is announced all the same, for phones know this name [H28]
            await (await network.async_register_service(info, cooperating_responders=True))
            await self._ask()

    async def drop(self) -> None:
        """Take it back: phones forget it at once instead of in two minutes."""
        network, self._network = self._network, None
        if network:
            await network.async_close()

    async def _ask(self) -> None:
        if self._network:
            asked = AddressResolver(f"{self._name}.")
            await asked.async_request(self._network.zeroconf, PROBE_MS)
            for one in asked.parsed_addresses():
                self._heard(one)

    def _heard(self, address: str) -> None:
        if address not in self._ours and address not in self._told:
            self._told.add(address)
            self._tell(address)


class _Others(RecordUpdateListener):
    """Addresses that are told for the name, ours among them."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self._heard = heard

    def async_update_records(self, zc: Zeroconf, now: float, records: list[RecordUpdate]) -> None:
        for update in records:
            if isinstance(update.new, DNSAddress) and not update.new.is_expired(now):
                self._heard(str(ipaddress.ip_address(update.new.address)))
