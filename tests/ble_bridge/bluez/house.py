"""A bridge's own process on the system's Bluetooth, a server of the test's own, and a panel whose true light is what counts.

Knows nothing of what is under the bridge: the mock of BlueZ, or the real one in a virtual machine.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from ble_bridge.contract import limits, wire
from ble_bridge.virtual.light import Span
from tests.ble_bridge.safety.light import LightError
from tests.ble_bridge.scripted import PANEL, Bridge, ScriptedServer, clearance, find, start
from tests.patience import PATIENCE_S

DEADMAN_S = limits.DEADMAN_MS / 1000
AFTER_THE_BRIDGE_S = DEADMAN_S + 0.5
STOP_WITHIN_S = 2.0


@dataclass(slots=True)
class House:
    bridge: Bridge
    server: ScriptedServer
    spans: Callable[[], list[Span]]
    """When the lamp was truly on, on CLOCK_MONOTONIC."""

    async def pair(self) -> None:
        """As a phone does it: scan, choose, open the session screen."""
        await self.choose()
        await self.linked()

    async def choose(self) -> None:
        """Paired, as far as the server knows."""
        found = await find(self.server)
        assert found.identity is not None
        panel = wire.PairedPanel(panel_id=PANEL, name="Panel of the test", identity=found.identity, channels=found.channels)
        self.server.panels = [panel]
        await self.server.send(wire.Panels(panels=self.server.panels))

    async def linked(self, within_s: float = PATIENCE_S) -> None:
        await self.server.send(wire.Watch(panel_id=PANEL, on=True))
        await self.server.state(lambda state: state.link == "connected", within_s)

    async def run(self, duration_s: int = 30) -> UUID:
        """Lit, by its true light, and said so. The session."""
        session = uuid4()
        result = await self.server.result(await self.server.order(start(session, duration_s=duration_s), clearance()))
        assert result.ok, result
        await self.server.state(lambda state: state.run == "running")
        self.must_be_lit()
        return session

    def must_be_lit(self) -> None:
        if not (spans := self.spans()) or spans[-1].off_s is not None:
            raise LightError("not lit")

    async def dark(self, *, within_s: float, of: str) -> float:
        """Seconds that it took. The lamp is asked, and nobody else."""
        began_s = time.monotonic()
        while (last := self.spans()[-1]).off_s is None:
            if time.monotonic() - began_s > within_s:
                raise LightError(f"still lit {within_s} s after {of}")
            await asyncio.sleep(0.02)
        return max(0.0, last.off_s - began_s)

    async def restart(self) -> None:
        """A new process on the same home."""
        hellos = len(self.server.hellos)
        await self.bridge.start()
        await self.server.until(lambda: len(self.server.hellos) > hellos, 60)

    async def ended(self, reason: str, within_s: float = PATIENCE_S) -> wire.RunEvent:
        def told() -> wire.RunEvent | None:
            return next((e for e in self.server.told("ended") if e.end_reason == reason), None)

        event: wire.RunEvent = await self.server.until(told, within_s)
        return event


@contextlib.asynccontextmanager
async def open_house(folder: Path, spans: Callable[[], list[Span]], **environment: str) -> AsyncIterator[House]:
    async with ScriptedServer().running() as server:
        bridge = Bridge(folder / "home", server, environment=environment)
        bridge.write_home()
        await bridge.start()
        try:
            await server.until(lambda: server.online, 120)
            yield House(bridge, server, spans)
        finally:
            if bridge.process is not None and bridge.process.returncode is None:
                await bridge.end()
            assert "Traceback" not in bridge.folder.joinpath("log").read_text()
