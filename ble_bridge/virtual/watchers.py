"""Whoever wants to know when a panel changes."""

import asyncio
import contextlib
from collections.abc import Iterator


class Watchers:
    def __init__(self) -> None:
        self._events: set[asyncio.Event] = set()

    def tell(self) -> None:
        for event in self._events:
            event.set()

    @contextlib.contextmanager
    def changes(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever the panel changes; whoever waits for it clears it."""
        event = asyncio.Event()
        self._events.add(event)
        try:
            yield event
        finally:
            self._events.discard(event)
