"""A bridge: the product's `Home` in a process of its own, with its folder, killed and started again as the life will have it."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from ble_bridge.home import Home
from ble_bridge.home_file import HomeFile
from ble_bridge.profiles.profile import Profile
from tests.sim.relay.air import Air, AirRadio, stack_forgets
from tests.sim.relay.network import Network
from tests.sim.relay.world import NEVER, Machine, Process, World

RESTARTS_S = (0.3, 4.0)


class Bridge:
    def __init__(
        self, world: World, air: Air, network: Network, folder: Path, name: str, bridge_id: UUID, profiles: Mapping[str, Profile]
    ) -> None:
        self.world, self.air, self.folder, self.name, self.bridge_id = world, air, folder / name, name, bridge_id
        self.machine = Machine(name, network, booted_s=world.now_s - world.some(100, 10_000))
        self.process: Process | None = None
        self.home: Home | None = None
        self.away: list[tuple[float, float]] = []
        """When it was killed or put to sleep, and until when; one that is killed keeps nothing lit even when it is back."""
        self._profiles = profiles
        self._wanted = True
        self.disk_s = (0.001, 0.006)
        self.folder.mkdir()
        self._disk = sqlite3.connect(
            f"file:{self.folder / 'journal.sqlite3'}?vfs=memdb", uri=True
        )  # holds what a killed process wrote
        tokens = {"access_token": "a", "refresh_token": "r", "expires_at": 9e12, "bridge_id": str(bridge_id)}
        (self.folder / "token.json").write_text(json.dumps(tokens))

    @property
    def up(self) -> bool:
        return self.process is not None and self.process.alive

    def start(self) -> None:
        if self.up:
            return
        self.process = process = Process(self.world, self.name, self.machine)
        process.disk_s = lambda: self.world.some(*self.disk_s)
        self.world.note(self.name, "starts")

        async def main() -> None:
            file = HomeFile("http://server", self.name, (f"virtual:{self.name}",))
            radio: Any = AirRadio(self.air, process, self.name)
            self.home = Home(self.folder, file, [radio], self._profiles)
            await self.home.run()

        process.start(main)

    def kill(self, *, links_last_s: float) -> None:
        """kill -9: the stack of the system may hold its links for a while yet."""
        process, home = self.process, self.home
        if process is None or not process.alive:
            return
        self.away.append((self.world.now_s, NEVER))
        self.world.note(self.name, "KILLED")
        stack_forgets(self.air, process, links_last_s)
        for line in [one for one in self.machine.network.lines if one.process is process]:
            self.world.later(0.005, line.drop)
        process.kill()
        if home is not None:
            home._journal.journal.close()
        self.process = self.home = None

    def reboot(self) -> None:
        """The machine loses power: its links go, and its clocks begin anew."""
        self.kill(links_last_s=0.01)
        self.machine.booted_s, self.machine.slept_s = self.world.now_s, 0.0
        self.machine.boots += 1

    def suspend(self, for_s: float) -> None:
        if self.process is not None and self.up and self.process.sleep(for_s):
            self.away.append((self.world.now_s, self.world.now_s + for_s))

    # ── What it knows ────────────────────────────────────────────────────────────────────────────────────────────────
    def journal_now(self) -> tuple[UUID, int]:
        """Epoch and last number, from the disk."""
        (epoch, last_seq) = self._disk.execute("SELECT epoch, last_seq FROM about").fetchone()
        return UUID(epoch), int(last_seq)

    def rests(self, stored: Mapping[str, tuple[UUID, int]]) -> bool:
        """It is up, nothing of it is under way, and all that it told is stored."""
        return self.settled and stored.get(self.name) == self.journal_now()

    @property
    def settled(self) -> bool:
        if self.home is None:
            return False
        return all(panel.state.run is None and panel.state.off is None for panel in self.home._paired)

    def look(self) -> None:
        """A process that failed by itself is one that must be started again; why it failed is a fault of ours."""
        main = self.process.main if self.process else None
        if main is not None and main.done() and not main.cancelled() and main.exception() is not None:
            raise AssertionError(f"{self.name} failed: {main.exception()!r}")
        if self.process is not None and self.process.failures:
            raise AssertionError(f"{self.name} failed: {self.process.failures[0]}")

    def forget(self) -> None:
        self._disk.close()
        shutil.rmtree(self.folder, ignore_errors=True)
