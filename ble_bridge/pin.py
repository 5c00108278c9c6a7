"""Which certificates the bridge trusts. A home network's server has an authority of its own, which is pinned by its fingerprint:
taken from the server once, compared, kept, and from then on the only one (docs/home-network.md, H50-H51)."""

import asyncio
import hashlib
import ssl
import urllib.request
from pathlib import Path
from typing import Final

FILE: Final = "authority.pem"
PATIENCE_S: Final = 10.0
LARGEST: Final = 20_000


class NotPinned(Exception):
    """The authority is not here yet, or is not the one that was named; one line."""


class Pin:
    """`tls` is for every connection to the server. None: the system's authorities decide. Else only the pinned one is."""

    def __init__(self, folder: Path, server: str, fingerprint: str | None) -> None:
        self._file = folder / FILE
        self._server = server
        self._fingerprint = plain(fingerprint) if fingerprint else None
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if self._fingerprint else None
        self._held = False

    async def hold(self) -> None:
        """Before a connection is opened: the pinned authority is there. Raises NotPinned, and then nothing is trusted."""
        if self.tls is None or self._held:
            return
        await asyncio.to_thread(self._take, self.tls)
        self._held = True

    def look(self) -> None:
        """As `hold`, at once, and keeping nothing: asked anew, since another may answer by now. Raises NotPinned."""
        if self.tls is not None:
            self._trust(self.tls, self._asked())

    def _take(self, tls: ssl.SSLContext) -> None:
        kept = self._kept()
        if kept is None:
            kept = self._asked()
            self._file.write_text(ssl.DER_cert_to_PEM_cert(kept), encoding="ascii")
        self._trust(tls, kept)

    def _trust(self, tls: ssl.SSLContext, kept: bytes) -> None:
        try:
            tls.load_verify_locations(cadata=kept)
        except ssl.SSLError as error:
            raise NotPinned(f"what {self._server} gives as its home certificate cannot be used: {error}") from error

    def _kept(self) -> bytes | None:
        """None also when another one was named since."""
        try:
            found = ssl.PEM_cert_to_DER_cert(self._file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return found if self._is_it(found) else None

    def _asked(self) -> bytes:
        # nobody is believed on the way: the fingerprint alone decides about what comes
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anybody.check_hostname = False
        anybody.verify_mode = ssl.CERT_NONE
        url = f"{self._server}/api/home/authority"
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S, context=anybody) as answer:  # noqa: S310 - https, by `bridge.toml`
                found = bytes(answer.read(LARGEST))
        except (OSError, ValueError) as error:
            raise NotPinned(f"{url}: {error}") from error
        if not self._is_it(found):
            raise NotPinned(
                f"the home certificate of {self._server} has another fingerprint than `authority` in bridge.toml: "
                "compare that with the terminal of the server"
            )
        return found

    def _is_it(self, certificate: bytes) -> bool:
        return hashlib.sha256(certificate).hexdigest() == self._fingerprint


def plain(fingerprint: str) -> str:
    """As hexdigest() has it. Raises ValueError: it is not SHA-256 in pairs of letters and digits."""
    found = fingerprint.replace(":", "").replace(" ", "").lower()
    if len(bytes.fromhex(found)) != hashlib.sha256().digest_size:
        raise ValueError(fingerprint)
    return found
