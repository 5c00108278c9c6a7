"""Passes bytes on, both ways: `python -m tests.machine.forward FROM TO`, each `HOST:PORT` or `unix:PATH`."""

import asyncio
import contextlib
import sys


async def serve(here: str, there: str) -> asyncio.Server:
    """Whoever comes `here` speaks with `there`."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            far_reader, far_writer = await _reach(there)
            with contextlib.closing(far_writer):
                await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))

    if here.startswith("unix:"):
        return await asyncio.start_unix_server(carry, here.removeprefix("unix:"))
    host, port = here.split(":")
    return await asyncio.start_server(carry, host, int(port))


async def _reach(there: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if there.startswith("unix:"):
        return await asyncio.open_unix_connection(there.removeprefix("unix:"))
    host, port = there.split(":")
    return await asyncio.open_connection(host, int(port))


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while content := await source.read(65536):
        sink.write(content)
        await sink.drain()
    sink.write_eof()


async def _main(here: str, there: str) -> None:
    async with await serve(here, there) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
