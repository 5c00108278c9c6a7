"""The way to the server: its address, its certificate, its clock, and whether it is NIRWeb at all [G30-G38]."""

import email.utils
import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ble_bridge.doctor.finding import Finding, mind, ok, wrong
from ble_bridge.home_file import HomeFile
from ble_bridge.pin import NotPinned, Pin

PATIENCE_S: Final = 5.0
ENDPOINTS: Final = "/api/bridges/enrol/endpoints"
CLOCK_OFF_S: Final = 60
SOON_S: Final = 24 * 3600
NOT_YET, EXPIRED, OTHER_NAME, OTHER_ADDRESS = 9, 10, 62, 64
"""OpenSSL's numbers for what is wrong with a certificate."""


@dataclass(slots=True)
class Server:
    """Filled as the checks go on."""

    home: HomeFile
    folder: Path
    tls: ssl.SSLContext | None = None
    """How its certificate is checked; None for plain http."""
    reached: bool = False

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.home.server)

    @property
    def host(self) -> str:
        return self.parts.hostname or ""

    @property
    def port(self) -> int:
        return self.parts.port or (443 if self.parts.scheme == "https" else 80)


def checks(server: Server) -> Iterator[Finding]:
    """One after the other, up to the first that is wrong: the later ones need it."""
    for check in (address, listening, certificate, is_nirweb):
        for finding in check(server):
            yield finding
            if finding.verdict == "wrong":
                return
    server.reached = True


def address(server: Server) -> Iterator[Finding]:
    """G30."""
    try:
        socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        local = server.host.endswith(".local")
        how = "Names in .local need mDNS here: sudo apt install avahi-daemon libnss-mdns ; or write" if local else "Write"
        yield wrong(
            "G30", f"The name {server.host} is not known in this network", f"{how} the address that `up` shows into bridge.toml."
        )


def listening(server: Server) -> Iterator[Finding]:
    """G31."""
    at = f"{server.host}:{server.port}"
    try:
        socket.create_connection((server.host, server.port), PATIENCE_S).close()
    except ConnectionRefusedError:
        yield wrong("G31", f"Nobody listens at {at}", "Start NIRWeb there, or write the port that `up` shows into bridge.toml.")
    except OSError as error:
        yield wrong(
            "G31", f"{at} is not reached: {error.strerror or error}",
            "See that the machine is on, in the same network, and that no firewall is between.",
        )  # fmt: skip
    else:
        yield ok("G31", f"Somebody listens at {at}")


# ── The certificate ──────────────────────────────────────────────────────────────────────────────────────────────────
def certificate(server: Server) -> Iterator[Finding]:
    """G32-G35."""
    if server.parts.scheme != "https":
        return
    server.tls = tls = ssl.create_default_context()
    if server.home.authority:
        pin = Pin(server.folder, server.home.server, server.home.authority)
        try:
            pin.look()
        except NotPinned as error:
            yield _not_pinned(server, str(error))
            return
        server.tls = tls = pin.tls or tls
        yield ok("G32", "The server's home certificate is the one that `authority` in bridge.toml names")
    try:
        ends_s = _shake(server, tls)
    except ssl.SSLCertVerificationError as error:
        yield _refused(server, error)
    except (ssl.SSLError, OSError) as error:
        yield _no_tls(server, error)
    else:
        if ends_s - time.time() < SOON_S:
            words = f"The server's certificate ends {_in_words(ends_s)}"
            yield mind("G33", words, "The server renews it by itself days before: restart NIRWeb there, and look at its log.")
        else:
            yield ok("G33", f"The certificate is good until {_in_words(ends_s)}")


def _shake(server: Server, tls: ssl.SSLContext) -> float:
    """When the certificate that is shown ends, in seconds since 1970. Raises ssl.SSLError, OSError."""
    with (
        socket.create_connection((server.host, server.port), PATIENCE_S) as line,
        tls.wrap_socket(line, server_hostname=server.host) as secure,
    ):
        shown = secure.getpeercert() or {}
        return ssl.cert_time_to_seconds(str(shown["notAfter"]))


def _not_pinned(server: Server, words: str) -> Finding:
    if "another fingerprint" in words:
        return wrong(
            "G32",
            words,
            "Compare it with the server's terminal. If bridge.toml is right, somebody else answers here: do not go on.",
        )
    return wrong("G32", words, f"See that {server.home.server} is the address that `up --lan` shows.")


def _refused(server: Server, error: ssl.SSLCertVerificationError) -> Finding:
    clock = f"This machine's clock says {_in_words(time.time())}; if that is wrong: sudo timedatectl set-ntp true"
    if error.verify_code == EXPIRED:
        return wrong(
            "G33", "The server's certificate has expired", f"{clock} . If it is right, restart NIRWeb: it renews its certificate."
        )
    if error.verify_code == NOT_YET:
        return wrong(
            "G33", "The server's certificate begins only later", f"{clock} . A Raspberry Pi without network has no time."
        )
    if error.verify_code in {OTHER_NAME, OTHER_ADDRESS}:
        return wrong(
            "G34",
            f"The server's certificate is for another name than {server.host}",
            "Write the name that `up` shows into bridge.toml.",
        )
    if server.home.authority:
        return wrong(
            "G35",
            "The server shows a certificate of somebody else than its home authority",
            "Somebody else may answer here: do not go on.",
        )
    return wrong(
        "G35", f"The server's certificate is not trusted here: {error.verify_message}",
        'In a home network, write the fingerprint that the server\'s terminal shows into bridge.toml: authority = "…"',
    )  # fmt: skip


def _no_tls(server: Server, error: Exception) -> Finding:
    plain = isinstance(error, ssl.SSLError) and error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}
    if plain:
        return wrong(
            "G36",
            f"{server.host}:{server.port} does not speak https",
            "Write http:// in bridge.toml, or the port of https (`up --lan`: 8443).",
        )
    return wrong(
        "G36",
        f"No secure connection to {server.host}:{server.port}: {error}",
        "Write the address that `up` shows into bridge.toml.",
    )


# ── Is it NIRWeb? ────────────────────────────────────────────────────────────────────────────────────────────────────
def is_nirweb(server: Server) -> Iterator[Finding]:
    """G37, G38."""
    address_again = "Write the address that `up` shows into bridge.toml."
    try:
        status, date, body = _ask(server)
    except (OSError, http.client.HTTPException) as error:
        yield wrong("G37", f"{server.home.server} does not answer as a NIRWeb server: {_one_line(error)}", address_again)
        return
    if status >= http.client.INTERNAL_SERVER_ERROR:
        yield wrong("G37", f"{server.home.server} is not well: it answered {status}", "Look at the server's log.")
    elif not _says_how(body):
        yield wrong("G37", f"What answers at {server.home.server} is not NIRWeb (status {status})", address_again)
    else:
        yield ok("G37", f"NIRWeb answers at {server.home.server}")
        yield from _clock(date)


def _ask(server: Server) -> tuple[int, str, bytes]:
    kind = http.client.HTTPConnection
    line = kind(server.host, server.port, timeout=PATIENCE_S)
    if server.tls is not None:
        line = http.client.HTTPSConnection(server.host, server.port, timeout=PATIENCE_S, context=server.tls)
    try:
        line.request("GET", server.parts.path.rstrip("/") + ENDPOINTS, headers={"Accept": "application/json"})
        answer = line.getresponse()
        return answer.status, answer.headers.get("Date", ""), answer.read(100_000)
    finally:
        line.close()


def _says_how(body: bytes) -> bool:
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and "token_endpoint" in said


def _clock(date: str) -> Iterator[Finding]:
    try:
        off_s = time.time() - email.utils.parsedate_to_datetime(date).timestamp()
    except ValueError:
        return
    if abs(off_s) > CLOCK_OFF_S:
        way = "ahead of" if off_s > 0 else "behind"
        yield mind(
            "G38", f"This machine's clock is {abs(off_s):.0f} s {way} the server's",
            "sudo timedatectl set-ntp true  on the one that is wrong; certificates depend on it.",
        )  # fmt: skip


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _in_words(at_s: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at_s))
