"""What tests hand the sender in place of the open internet: names that lead to this machine, and an authority of their own."""

import socket
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

from sessions_app.reminders.push import Network
from tests.push.authority import trusting


class Leading(AbstractResolver):
    """Every name leads to one port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=self.port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


def leading_to(port: int, authority_pem: str) -> Network:
    return Network(partial(Leading, port), partial(trusting, authority_pem))
