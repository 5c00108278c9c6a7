"""The hub of this process: brings notes to the lines that listen here, and over the bus to those elsewhere.

One hub per process, living on its event loop from the first line on. Everything but `say_from_any_thread` is called on that loop.
"""

import asyncio
import json
import uuid
from typing import Final, Protocol

import structlog
from django.conf import settings

from sessions_app.panels import bus
from sessions_app.panels.rounds import Rounds

log = structlog.stdlib.get_logger(__name__)
PREFIX: Final = bus.PREFIX
Note = bus.Note


def dumps(message: Note) -> str:
    """As it goes over a line: compact, and never NaN, which is not JSON."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


class Listener(Protocol):
    def hear(self, channel: str, note: Note) -> None:
        """Take a note. Called on the loop; must not wait or raise."""


class Hub:
    def __init__(self, redis_url: str | None) -> None:
        self.loop = asyncio.get_running_loop()
        self.id = uuid.uuid4().hex
        self._listeners: dict[str, set[Listener]] = {}
        self.poke = asyncio.Event()
        """Set when something may wait that no bell told of."""
        self._bus = bus.Bus(redis_url, self.id, self._deliver, self.poke.set) if redis_url else None
        if self._bus:
            self._bus.start()
        self.rounds = Rounds(self.poke)

    async def aclose(self) -> None:
        if self._bus:
            await self._bus.aclose()

    @property
    def bus_up(self) -> bool:
        return self._bus is not None and self._bus.up

    def attach(self, listener: Listener, *channels: str) -> None:
        for channel in channels:
            self._listeners.setdefault(channel, set()).add(listener)
        self._follow()

    def detach(self, listener: Listener, *channels: str) -> None:
        for channel in channels:
            left = self._listeners.get(channel, set())
            left.discard(listener)
            if not left:
                self._listeners.pop(channel, None)
        self._follow()

    def listeners(self, channel: str) -> set[Listener]:
        return set(self._listeners.get(channel, ()))

    def say(self, channel: str, note: Note) -> None:
        """Bring a note to everyone who listens: here at once, elsewhere over the bus."""
        self._deliver(channel, note)
        if self._bus:
            self._bus.say(channel, note)

    def say_from_any_thread(self, channel: str, note: Note) -> None:
        try:
            self.loop.call_soon_threadsafe(self.say, channel, note)
        except RuntimeError:
            log.info("the process ends, nobody hears", channel=channel)

    def _deliver(self, channel: str, note: Note) -> None:
        for listener in tuple(self._listeners.get(channel, ())):
            try:
                listener.hear(channel, note)
            except Exception:
                log.exception("a line could not take a note", channel=channel)

    def _follow(self) -> None:
        if self._bus:
            self._bus.listen_to(self._listeners)


_hub: Hub | None = None


def running() -> Hub | None:
    """This process's hub if there is one; None in a worker, a command, or before the first line."""
    return _hub if _hub is not None and _hub.loop.is_running() else None


async def here() -> Hub:
    """This process's hub, made at first use."""
    global _hub  # noqa: PLW0603 - one per process is the point
    loop = asyncio.get_running_loop()
    if _hub is None or _hub.loop is not loop:
        _hub = Hub(settings.REDIS_URL)
    return _hub


async def aclose() -> None:
    """End the hub: the process shuts down."""
    global _hub
    ending, _hub = _hub, None
    if ending is not None:
        await ending.aclose()
