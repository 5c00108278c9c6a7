"""A server with a certificate on loopback, and a real client that trusts one authority and no other."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nirweb.home import authority
from nirweb.home.authority import Authority, Leaf
from tests.patience import PATIENCE_S


def context_of(leaf: Leaf, folder: Path) -> ssl.SSLContext:
    file = folder / "leaf.pem"
    file.write_bytes(leaf.chain + leaf.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[int]:
    """Answers each handshake, and sends one byte; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(line, server_side=True) as secure:
                        secure.sendall(b".")
                except OSError:
                    line.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(PATIENCE_S)


def trusting(found: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority.pem(found.root).decode())


def shake(port: int, host: str, context: ssl.SSLContext) -> bytes:
    """The certificate that was shown, after it was checked for `host`. Raises ssl.SSLCertVerificationError."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line,
        context.wrap_socket(line, server_hostname=host) as secure,
    ):
        assert secure.recv(1) == b"."
        return secure.getpeercert(binary_form=True) or b""
