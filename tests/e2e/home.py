"""A phone in a home network that is all on this machine: a browser that trusts the authorities it is given and no others."""

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.e2e.conftest import ARGUMENTS, HEIGHT
from tests.patience import PATIENCE_MS
from tests.runner import certutil, chromium

LAN = "127.0.0.2"


class HomePhone:
    """A browser with a profile and a store of certificates (NSS) of its own, as Chromium on Linux has them per user."""

    def __init__(self, playwright: Playwright, folder: Path, names: dict[str, str]) -> None:
        self._playwright = playwright
        self._home = folder
        self._rules = ",".join(f"MAP {name} {address}" for name, address in names.items())
        self._store = f"sql:{folder / '.pki' / 'nssdb'}"
        (folder / ".pki" / "nssdb").mkdir(parents=True)
        _certutil("-N", "-d", self._store, "--empty-password")

    def trust(self, name: str, root: Path) -> None:
        """For the next opening, as a person installs a certificate."""
        _certutil("-A", "-d", self._store, "-n", name, "-t", "C,,", "-i", str(root))

    @contextmanager
    def opened(self) -> Iterator[BrowserContext]:
        context = self._playwright.chromium.launch_persistent_context(
            str(self._home / "profile"),
            executable_path=chromium.find_or_install(),
            args=[*ARGUMENTS, f"--host-resolver-rules={self._rules}"],
            env={**os.environ, "HOME": str(self._home)},
            viewport={"width": 390, "height": HEIGHT},
            locale="en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield context
        finally:
            context.close()


def _certutil(*arguments: str) -> None:
    subprocess.run([certutil.find_or_install(), *arguments], check=True, capture_output=True)


@contextmanager
def tls_proxy(leaf: Path, port: int, towards: int) -> Iterator[None]:
    """As a person's own proxy: takes https on loopback and gives the bytes on, in clear, on the same machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(leaf)
    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, context, towards), daemon=True)
        thread.start()
        yield
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _accept(listener: socket.socket, context: ssl.SSLContext, towards: int) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_carry, args=(line, context, towards), daemon=True).start()


def _carry(line: socket.socket, context: ssl.SSLContext, towards: int) -> None:
    with (
        suppress(OSError),
        context.wrap_socket(line, server_side=True) as phone,
        socket.create_connection(("127.0.0.1", towards)) as server,
    ):
        back = threading.Thread(target=_pour, args=(server, phone), daemon=True)
        back.start()
        _pour(phone, server)
        back.join(10)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            sink.sendall(content)
        sink.shutdown(socket.SHUT_WR)
