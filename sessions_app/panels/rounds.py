"""The slow poll: finds what no bell told of, notices lines that no longer count, notes who is there [B10, B16, B4].

It runs while bridge lines are open in this process, and asks the database two questions each round, however many they are.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Final, Protocol
from uuid import UUID

import structlog
from django.db.models import Case, When

from ble_bridge.contract import wire
from sessions_app import clock
from sessions_app.panels import presence, stops
from sessions_app.panels.models import Command
from sessions_app.panels.offload import in_database, in_few_sizes
from sessions_app.panels.orders import STOP, waiting

log = structlog.stdlib.get_logger(__name__)
MOST_A_ROUND: Final = 16
EVERY_S: Final = 1.5
"""Less than the 2 s of B10, so that a slow database round fits too."""


class BridgeHere(Protocol):
    line_id: UUID

    def tell(self, message: wire.Message) -> None: ...
    def replaced(self) -> None: ...


class Rounds:
    def __init__(self, poke: asyncio.Event) -> None:
        self._poke = poke
        self._lines: dict[UUID, BridgeHere] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, bridge_id: UUID, line: BridgeHere) -> None:
        self._lines[bridge_id] = line
        if self._task is None:
            self._task = asyncio.create_task(self._go())

    def remove(self, bridge_id: UUID, line: BridgeHere) -> None:
        if self._lines.get(bridge_id) is line:
            del self._lines[bridge_id]
        if not self._lines and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _go(self) -> None:
        round_no = 0
        while True:
            try:
                self._ring(await in_database(whats_waiting, tuple(self._lines)))
                await self._mind()
                if round_no % SEEN_EVERY_ROUNDS == 0:
                    await in_database(presence.seen, tuple(self._lines), clock.now())
            except Exception:  # the poll is the net below everything else: it goes on
                log.exception("slow poll failed")
            round_no += 1
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._poke.wait()
            except TimeoutError:
                continue
            self._poke.clear()

    def _ring(self, commands: list[Command]) -> None:
        told: Counter[UUID] = Counter()
        for command in commands:
            line = self._lines.get(command.bridge_id)
            told[command.bridge_id] += 1
            if line is None or told[command.bridge_id] > MOST_A_ROUND:
                continue  # its turn comes when what is before it was answered: a line takes only so much at once [B7]
            if command.kind == STOP:
                line.tell(stops.message(command))
            else:
                line.tell(wire.Ring(command_id=command.pk, trace=command.trace))

    async def _mind(self) -> None:
        """Close lines that no longer count, where no bell told of it."""
        here = {bridge_id: line.line_id for bridge_id, line in self._lines.items()}
        for bridge_id in await in_database(presence.outdated, here.items()):
            line = self._lines.get(bridge_id)
            if line is not None and line.line_id == here[bridge_id]:
                line.replaced()


SEEN_EVERY_ROUNDS: Final = max(1, int(presence.SEEN_EVERY_S / EVERY_S))


def whats_waiting(bridge_ids: Iterable[UUID]) -> list[Command]:
    """What these bridges are to hear of now: stops before all else, the newest first."""
    now, found = clock.now(), list[Command]()
    stop_first = Case(When(kind=STOP, then=0), default=1)
    for some in in_few_sizes(bridge_ids):
        rows = Command.objects.filter(waiting(now), bridge_id__in=some, bridge__revoked_at__isnull=True)
        found += rows.order_by(stop_first, "-made_at")
    return found
