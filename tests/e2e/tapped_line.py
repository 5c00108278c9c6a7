"""The phone's live line with an ear on it: what was said last, and the same question put otherwise.

The server stays the real one. A plan that this app would not ask for (an older app, a wrong one) gets its true answer so, and the
screen shows it.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.patience import PATIENCE_S


class TappedLine:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._phone: WebSocketRoute | None = None
        self._server: WebSocketRoute | None = None
        self._changes: dict[str, Any] = {}
        self.panel: dict[str, Any] = {}
        """Laid over what the server says of the panel's state."""
        self.silent_on: set[str] = set()
        """Kinds of messages that do not reach the phone."""
        self.plan: dict[str, Any] = {}
        """As the phone asked last."""
        self.said: dict[str, dict[str, Any]] = {}
        """By kind, what the server said last."""
        self.asked: dict[str, dict[str, Any]] = {}
        """By kind, what the phone said last."""
        page.route_web_socket(re.compile("/ws/phone$"), self._take)

    def _take(self, phone: WebSocketRoute) -> None:
        self._phone, self._server = phone, phone.connect_to_server()
        phone.on_message(self._up)
        self._server.on_message(self._down)

    def _up(self, message: str | bytes) -> None:
        said = json.loads(message)
        self.asked[said["type"]] = said
        if said["type"] == "check":
            self.plan, said = said, said | self._changes
        assert self._server
        self._server.send(json.dumps(said))

    def _down(self, message: str | bytes) -> None:
        said = json.loads(message)
        self.said[said["type"]] = said
        if said["type"] not in self.silent_on:
            self.tells(said)

    def tells(self, said: dict[str, Any]) -> None:
        """The phone hears this."""
        if said["type"] == "ticket":
            said = said | {"session_id": self.plan["session_id"]}
        if said["type"] == "panel_state":
            said = said | self.panel
        assert self._phone
        self._phone.send(json.dumps(said))

    def is_revoked(self) -> None:
        """As the server closes the line of who was signed out elsewhere."""
        assert self._phone
        self._phone.close(code=4401)

    def asks(self, **changes: Any) -> None:
        """The phone's last plan with these changes, asked now and from now on."""
        self._changes = changes
        assert self._server
        self.said.pop("ticket", None)
        self._server.send(json.dumps(self.plan | changes))

    def hears(self, kind: str, such: Callable[[dict[str, Any]], object] = bool) -> dict[str, Any]:
        """What the server said last of this kind, waited for: a ticket for the plan before may still have been on its way."""
        deadline_s = time.monotonic() + PATIENCE_S
        while kind not in self.said or not such(self.said[kind]):
            assert time.monotonic() < deadline_s, f"no such {kind} was heard, but {self.said.get(kind)}"
            self._page.wait_for_timeout(10)  # lets the line's own messages through
        return self.said[kind]
