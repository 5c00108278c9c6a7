"""Servers that answer as a test wants: NIRWeb's way of being found, over http or https, and the line that lets in or not."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import time
from typing import Any, Final

from nirweb.home import authority
from nirweb.home.authority import Authority, Leaf

HOST: Final = "127.0.0.1"


@dataclass
class Answers:
    """What it says of itself."""

    status: int = 200
    body: bytes = json.dumps({"token_endpoint": "x", "device_authorization_endpoint": "y", "client_id": "c"}).encode()
    clock_off_s: float = 0.0
    given: Authority | None = None
    """The home certificate that it gives out."""
    line: int = 401
    """The status of its line; 101 cannot be answered here."""


@contextmanager
def serving(answers: Answers, leaf: Leaf | None = None, folder: Path = Path()) -> Iterator[int]:
    """Gives the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, status = answers.body, answers.status
            if self.path == "/api/home/authority" and answers.given:
                body = authority.der(answers.given.root)
            if self.path == "/ws/bridge":
                body, status = b"", answers.line
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate((time() if timestamp is None else timestamp) + answers.clock_off_s, usegmt=True)

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """A client that goes away in the middle is what these tests want."""

    server = Quiet((HOST, 0), Handler)
    if leaf is not None:
        (folder / "leaf.pem").write_bytes(leaf.chain + leaf.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "leaf.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
