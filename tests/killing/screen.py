"""What a session screen would say, from the phone's live line alone: reopened when it is lost, unknown when it is silent."""

import asyncio
import contextlib
import json
import time
from typing import Any, Final

from websockets.exceptions import WebSocketException

from tests.e2e_relay.phone import Phone
from tests.killing.judge import Claim

NEWS_LASTS_S: Final = 3.0
"""A run whose panel was silent for so long is unknown on the screen."""
AGAIN_S: Final = 0.3
PING_EVERY_S: Final = 5.0


class Screen:
    def __init__(self, phone: Phone, panel_id: str) -> None:
        self.claims: list[tuple[float, Claim]] = []
        self.linked = False
        self._phone, self._panel_id = phone, panel_id

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with self._phone.line() as line:
                    await line.say(type="watch", panel_id=self._panel_id, on=True)
                    await self._hear(line)
            self._say("")
            self.linked = False
            await asyncio.sleep(AGAIN_S)

    async def _hear(self, line: Any) -> None:
        news_s = pinged_s = time.monotonic()
        while True:
            try:
                async with asyncio.timeout(0.5):
                    message = json.loads(await line.socket.recv())
            except TimeoutError:
                message = {}
            now_s = time.monotonic()
            if now_s - pinged_s > PING_EVERY_S:
                pinged_s = now_s
                await line.say(type="ping")
            if message.get("type") == "panel_state":
                news_s = now_s
                self.linked = message["link"] == "connected"
                self._say(claim(message))
            elif now_s - news_s > NEWS_LASTS_S and self.claims and self.claims[-1][1] == "on":
                self._say("")

    def _say(self, what: Claim) -> None:
        if not self.claims or self.claims[-1][1] != what:
            self.claims.append((time.monotonic(), what))


def claim(state: dict[str, Any]) -> Claim:
    """`state` is a panel's state as the phone hears it."""
    if state["run"] == "running":
        return "on"
    return "off" if state["off_confirmed"] is True else ""
