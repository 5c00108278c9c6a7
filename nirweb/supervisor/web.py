"""The web part: uvicorn on sockets that `up` opened. Run: python -m nirweb.supervisor.web FD…"""

import gc
import socket
import sys
from typing import Final

import uvicorn

from ble_bridge.contract import limits

GRACE_S: Final = 1
"""Open lines would otherwise keep uvicorn from ending for ever."""


def main(descriptors: list[str]) -> None:
    sockets = [socket.socket(fileno=int(descriptor)) for descriptor in descriptors]
    config = uvicorn.Config(
        "nirweb.asgi:application",
        log_config=None,  # nirweb.logs sets up the logs
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        ws="websockets-sansio",
        ws_max_size=2 * limits.MAX_FRAME_BYTES,  # what is larger than one frame is refused with words, by the line itself [B2]
        ws_max_queue=8,
        ws_per_message_deflate=False,  # it would cost each idle line more memory than all else together
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",
        server_header=False,
    )
    config.load()  # the whole application
    gc.collect()
    gc.freeze()  # a full collection would look at all of it again, while somebody waits for their lamp
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main(sys.argv[1:])
