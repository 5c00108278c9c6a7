"""Whether the server lets this bridge in [G40-G43]. Nothing is renewed: a refresh token that is used twice would shut it out."""

import json
import ssl
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ble_bridge import enrol
from ble_bridge.doctor.finding import Finding, mind, ok, wrong
from ble_bridge.link import UNAUTHORIZED, line_url

PATIENCE_S: Final = 5.0


def tokens(folder: Path) -> tuple[enrol.Tokens | None, list[Finding]]:
    """G40, G41."""
    path = folder / "token.json"
    if not path.exists():
        return None, [_waiting(folder)]
    found = enrol.Home(folder).tokens()
    if found is None:
        return None, [mind("G41", f"{path} is broken", "Start the bridge: it asks to be let in anew, and shows a code.")]
    if sys.platform != "win32" and path.stat().st_mode & 0o077:
        return found, [mind("G41", f"Others of this machine may read {path}", f"chmod 600 {path}")]
    return found, []


def _waiting(folder: Path) -> Finding:
    try:
        asked = json.loads((folder / "enrol.json").read_text(encoding="utf-8"))
        code, link = asked["user_code"], asked["verification_uri_complete"]
        if float(asked["expires_at"]) < time.time():
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        return mind("G40", "This bridge has not been let in yet", "Start it: it shows a code, which an owner enters in the app.")
    return mind("G40", f"This bridge waits to be let in, with the code {code}", f"Open on a phone: {link}")


def let_in(found: enrol.Tokens, server: str, tls: ssl.SSLContext | None) -> Iterator[Finding]:
    """G42, G43. The line is opened and closed without a word, so that a bridge's own line is not replaced."""
    if found.expires_at < time.time():
        yield ok("G42", "The access token is over; the bridge renews it when it runs")
        return
    from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
    from websockets.sync.client import connect

    headers = {"Authorization": f"Bearer {found.access_token}"}
    try:
        with connect(line_url(server), additional_headers=headers, ssl=tls, open_timeout=PATIENCE_S, close_timeout=1, proxy=None):
            yield ok("G42", "The server lets this bridge in")
    except InvalidStatus as error:
        if error.response.status_code == UNAUTHORIZED:
            yield wrong(
                "G42", "The server does not let this bridge in any more: it was revoked, or its token was used elsewhere",
                "Run the bridge: it shows a new code, which an owner enters in the app. Its panels stay.",
            )  # fmt: skip
        else:
            yield wrong("G43", f"The server refuses the line: status {error.response.status_code}", "Look at the server's log.")
    except (InvalidHandshake, WebSocketException, OSError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        yield wrong("G43", f"The line cannot be opened: {words}", "A proxy in between must let WebSockets through.")
