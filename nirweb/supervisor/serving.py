"""Several uvicorn servers of one process, on one loop: they begin in order and end together."""

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn


class _Server(uvicorn.Server):
    """Leaves signals to `together`: uvicorn's own handling ends the process as soon as the first server has ended."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


async def together(wanted: Sequence[tuple[uvicorn.Config, list[socket.socket]]]) -> None:
    """Serve until told to end. The first one's lifespan has begun before the others are reached."""
    servers = [_Server(config) for config, _ in wanted]

    def end() -> None:
        for server in servers:
            server.force_exit = server.should_exit
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    async with asyncio.TaskGroup() as group:
        for server, (_, sockets) in zip(servers, wanted, strict=True):
            serving = group.create_task(server.serve(sockets))
            begun = asyncio.create_task(server.up.wait())
            await asyncio.wait({serving, begun}, return_when=asyncio.FIRST_COMPLETED)
            begun.cancel()
