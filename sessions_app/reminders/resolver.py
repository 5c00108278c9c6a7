"""Names to addresses of the open internet, asked at the moment of connecting [R15]."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sessions_app.reminders import endpoint


class OutsideResolver(AbstractResolver):
    """As the system resolves, but a name with any address inside is refused whole: what is checked is what is connected to."""

    def __init__(self) -> None:
        self._system = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        if not found or not all(endpoint.is_outside(one["host"]) for one in found):
            raise OSError(None, f"{host} leads into a private network")
        return found

    async def close(self) -> None:
        await self._system.close()
