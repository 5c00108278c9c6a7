"""The server's side of TLS: whoever connects is met with the newest leaf, and no line is dropped for it [H24]."""

import logging
import ssl
from pathlib import Path

log = logging.getLogger(__name__)


class NewestLeaf:
    """Looks at each handshake whether the leaf's file was replaced. One that cannot be read changes nothing."""

    def __init__(self, leaf: Path) -> None:
        """Raises OSError, ssl.SSLError."""
        self._leaf = leaf
        self._made_at = leaf.stat().st_mtime_ns
        self._current = self._load()
        self.context = self._load()
        """For the server: hands each connection over to the newest."""
        self.context.sni_callback = self._meet

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(self._leaf)
        return context

    def _meet(self, line: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        try:
            made_at = self._leaf.stat().st_mtime_ns
            if made_at != self._made_at:
                self._current, self._made_at = self._load(), made_at
        except (OSError, ssl.SSLError) as error:
            log.error("the new leaf cannot be used, the old one stays: %s", error)
        line.context = self._current
