"""The web part: uvicorn on sockets that `up` opened. Run: python -m nirweb.supervisor.web FD… [--proxy] [--leaf FILE FD…]"""

import argparse
import asyncio
import gc
import socket
import sys
from pathlib import Path
from typing import Any, Final

import uvicorn

from ble_bridge.contract import limits
from nirweb.supervisor.serving import together
from nirweb.supervisor.websocket import LeanWebSocket

GRACE_S: Final = 1
"""Open lines would otherwise keep uvicorn from ending for ever."""
THIS_MACHINE: Final = "127.0.0.1,::1"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("descriptors", type=int, nargs="+")
    parser.add_argument("--proxy", action="store_true", help="believe what a proxy on this machine says of its clients")
    parser.add_argument("--leaf", help="certificate and key of the home network's sockets")
    parser.add_argument("--secure", type=int, nargs="*", default=[], metavar="FD", help="the home network's sockets")
    given = parser.parse_args(arguments)
    plain = _config("nirweb.asgi:application", proxy_headers=given.proxy, forwarded_allow_ips=THIS_MACHINE)
    wanted = [(plain, _sockets(given.descriptors))]
    if given.secure:
        wanted.append((_secure(Path(given.leaf)), _sockets(given.secure)))
    for config, _ in wanted:
        config.load()  # the whole application
    gc.collect()
    gc.freeze()  # a full collection would look at all of it again, while somebody waits for their lamp
    with asyncio.Runner(loop_factory=plain.get_loop_factory()) as runner:
        runner.run(together(wanted))


def _config(application: Any, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        log_config=None,  # nirweb.logs sets up the logs
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        ws=LeanWebSocket,
        ws_max_size=2 * limits.MAX_FRAME_BYTES,  # what is larger than one frame is refused with words, by the line itself [B2]
        ws_max_queue=8,
        ws_per_message_deflate=False,  # it would cost each idle line more memory than all else together
        server_header=False,
        **more,
    )


def _secure(leaf: Path) -> uvicorn.Config:
    """The same application on the home network: nobody there is believed to be a proxy [H10]."""
    from nirweb.asgi import application
    from nirweb.home.guard import HomeOnly
    from nirweb.home.tls import NewestLeaf

    newest = NewestLeaf(leaf)
    return _config(
        HomeOnly(application), lifespan="off", proxy_headers=False, ssl_context_factory=lambda _config, _default: newest.context
    )


def _sockets(descriptors: list[int]) -> list[socket.socket]:
    return [socket.socket(fileno=descriptor) for descriptor in descriptors]


if __name__ == "__main__":
    main(sys.argv[1:])
