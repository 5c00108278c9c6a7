"""Whether the server can work: what /readyz answers, asked over a bare socket."""

import asyncio
import json
from pathlib import Path
from typing import Final

ASK_AGAIN_S: Final = 0.05


async def missing(port: int) -> list[str]:
    """The names of what the server still lacks; `web` when it does not answer."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                answer = await reader.read()
            finally:
                writer.close()
        body = json.loads(answer.partition(b"\r\n\r\n")[2])
        return [str(name) for name in body["missing"]]
    except (OSError, ValueError, KeyError, TimeoutError):
        return ["web"]


async def until_ready(port: int, files: dict[str, Path]) -> None:
    """Wait for the server and for the files by which other parts say that they are ready."""
    while any(not path.exists() for path in files.values()) or await missing(port):  # noqa: ASYNC110 - another process is asked
        await asyncio.sleep(ASK_AGAIN_S)
