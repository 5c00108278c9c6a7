"""Everything a test of safety needs: a lamp with its observer, a server of the test's own, and a real bridge in between."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from ble_bridge.contract import limits
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air
from tests.ble_bridge.safety.light import must_be_lit
from tests.ble_bridge.scripted import PANEL, Bridge, ScriptedServer, bridge_and_server, clearance, ready, start, watch

DEADMAN_S = limits.DEADMAN_MS / 1000
AFTER_THE_BRIDGE_S = DEADMAN_S + 0.5
"""P5: once the bridge is lost, dark within the dead-man and half a second."""
PAST_THE_PLAN_S = 1.0
"""P5: past its planned end, at most."""
STOP_WITHIN_S = 2.0
"""P6: from the stop to dark with the link up."""


@dataclass(slots=True)
class Rig:
    bridge: Bridge
    server: ScriptedServer
    observer: Observer

    async def start(self, *, life_ms: int = limits.COMMAND_LIFE_MS, hold_grant_s: float = 0.0, **plan: Any) -> UUID:
        """Rung for; returns at once."""
        args = start(uuid4(), **{"levels_pct": {660: 50, 850: 50}, "duration_s": 30, **plan})
        return await self.server.order(args, clearance(), life_ms=life_ms, hold_grant_s=hold_grant_s)

    async def run(self, **plan: Any) -> UUID:
        """Lit, by the lamp's own light."""
        command = await self.start(**plan)
        await must_be_lit(self.observer)
        return command

    async def stop(self, *, emergency: bool = False) -> UUID:
        return await self.server.stop(PANEL, None, emergency=emergency)

    async def granted(self, command: UUID) -> None:
        await self.server.until(lambda: self.server.rows[command].claims)

    async def restart(self) -> None:
        """A new process on the same home."""
        hellos = len(self.server.hellos)
        await self.bridge.start()
        await self.server.until(lambda: len(self.server.hellos) > hellos)

    async def as_new(self) -> None:
        """Nothing of an earlier test is left."""
        self.observer.clear()
        await ready(self.server)
        self.observer.clear()

    async def connected(self) -> None:
        """As while a session screen is open: the bridge holds the link [B50]."""
        await watch(self.server)


@contextlib.asynccontextmanager
async def open_rig(folder: Path, air: Air, planted: str | None = None) -> AsyncIterator[Rig]:
    module = ("tests.ble_bridge.safety.planted", planted) if planted else ("ble_bridge",)
    async with bridge_and_server(folder, air, module=module) as (bridge, server):
        yield Rig(bridge, server, air.observer())
