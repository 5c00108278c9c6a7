"""One life from its seed: what people do, what goes wrong, how it comes to rest, and what is said of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from ble_bridge.profiles.profile import Profile
from tests.sim.relay import seams
from tests.sim.relay.bounds import Broken
from tests.sim.relay.faults import FAULTS, Trouble
from tests.sim.relay.house import House
from tests.sim.relay.judge import Judge
from tests.sim.relay.phone import Phone
from tests.sim.relay.world import World

ACTIVE_S: Final = 30.0
BROKEN_TIMERS: Final = 0.1
"""Of the panels, so many have a duration timer that never ends a run."""
CALM_S: Final = 150.0
LOOK_EVERY_S: Final = 0.25


@dataclass
class Report:
    """What a life had in it."""

    seed: int
    starts: int = 0
    lit: int = 0
    stops: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    broken: str = ""
    rule: str = ""
    trace: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """What a life is given besides its seed."""

    faults: tuple[str, ...] = ()
    """The kinds that it may have; empty: as it draws them."""
    traced: bool = False


class Life:
    def __init__(self, seed: int, folder: Path, profiles: Mapping[str, Profile], given: "Given") -> None:
        self.world = World(seed, traced=given.traced)
        self.dice = self.world.dice
        seams.enter(self.world)
        bridges, shared = self.dice.choice([(1, False), (1, False), (2, False), (2, True)])
        self.house = House(self.world, folder, profiles, bridges=bridges, shared=shared)
        self.house.air.most_links = self.dice.choice([1, 2])
        self.judge = Judge(self.house)
        self.house.network.on_arrival, self.house.network.on_sending = self.judge.arrived, self.judge.sent
        self.house.air.on_write = self.judge.written
        self.mending: dict[int, Callable[[], None]] = {}
        self.faults: Counter[str] = Counter()
        drawn = self.dice.sample(sorted(FAULTS), self.dice.choice([0, 1, 2, 3, 4, 6]))
        self.kinds = list(given.faults) or drawn
        self.sessions = 0
        self.calm = False

    # ── The whole of it ──────────────────────────────────────────────────────────────────────────────────────────────
    def live(self) -> Report:
        report = Report(self.world.seed)
        try:
            self._live()
        except Broken as broken:
            report.broken, report.rule = str(broken), broken.rule
        except Exception as error:  # noqa: BLE001 - a bridge or a rule that fails is a finding too
            report.broken, report.rule = repr(error), "failed"
        finally:
            self.house.end()
        spans = [span for lamp in self.house.lamps for span in lamp.spans if span.token]
        report.starts, report.lit, report.stops = len(self.judge.granted), len(spans), len(self.judge.stops)
        report.faults, report.trace = self.faults, self.world.trace or []
        return report

    def _live(self) -> None:
        self.house.start()
        self.world.run(1.5)
        self._every(LOOK_EVERY_S, self.judge.look)
        for phone in self.house.phones:
            self.world.later(self.world.some(0, 3), lambda phone=phone: self._session(phone))  # type: ignore[misc]
        for lamp in self.house.lamps:
            lamp.timer_broken = self.dice.random() < BROKEN_TIMERS
            if lamp.timer_broken:
                self.judge.troubles.append(Trouble("broken_timer", lamp.name, 0.0, float("inf")))
        for _ in range(self.dice.choice([0, 1, 3])):
            self.world.later(self.world.some(0, ACTIVE_S), self._fault)
        self._run(ACTIVE_S)
        self._calm()
        self.judge.check()

    def _run(self, for_s: float) -> None:
        self.world.run(for_s)
        for bridge in self.house.bridges:
            bridge.look()

    def _every(self, every_s: float, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            self.world.later(every_s, again)

        self.world.later(every_s, again)

    # ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def _session(self, phone: Phone) -> None:
        self.sessions += 1
        panel_id = self.dice.choice(sorted(self.house.server.panels))
        phone.open(self.house.plan(UUID(int=self.dice.getrandbits(128), version=4), panel_id))
        tap_s = self.world.some(0.5, 5.0)
        self.world.later(tap_s, phone.tap)
        for _ in range(self.dice.choice([0, 1, 1, 2, 3])):
            self.world.later(tap_s + self.world.some(-1.0, 10.0), self._fault)  # most when it matters
        doings: list[tuple[float, Callable[[], None]]] = []
        if self.dice.random() < 0.5:
            doings.append((tap_s + self.world.some(0.0, 8.0), phone.stop))
        if self.dice.random() < 0.3:
            doings += [(tap_s + self.world.some(0.5, 8.0), lambda: phone.levels(self._levels())) for _ in range(2)]
        if self.dice.random() < 0.2:
            pause_s = tap_s + self.world.some(1.0, 5.0)
            resume_s = pause_s + self.world.some(1.0, 5.0)
            doings += [(pause_s, phone.pause), (resume_s, phone.resume), (resume_s + self.world.some(0.5, 3), phone.tap)]
        for at_s, act in doings:
            self.world.later(at_s, act)
        if self.dice.random() < 0.7:
            self.world.later(self.world.some(6, 20), lambda: self._next_session(phone))

    def _next_session(self, phone: Phone) -> None:
        session = phone.session()
        if self.calm:
            return
        if session is not None and session.state == "paused":
            phone.stop()
        if session is None or not session.open:
            self._session(phone)

    def _levels(self) -> dict[int, int]:
        return {660: self.dice.choice([10, 50, 80, 100]), 850: self.dice.choice([10, 60, 100])}

    # ── What goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────
    def _fault(self) -> None:
        if not self.kinds or self.calm:
            return
        kind = self.dice.choice(self.kinds)
        self.world.note("FAULT", kind)
        where, lasts_s, mend = FAULTS[kind](self.house)
        self.faults[kind] += 1
        number = sum(self.faults.values())
        now_s = self.world.now_s
        self.judge.troubles.append(Trouble(kind, where, now_s, now_s + lasts_s))
        self.mending[number] = mend

        def mended() -> None:
            if self.mending.pop(number, None) is not None:
                self.world.note("MENDED", kind)
                mend()
                for trouble in self.judge.troubles:
                    if (trouble.kind, trouble.where) == (kind, where):  # of several at once the first that is mended mends all
                        trouble.until_s = min(trouble.until_s, self.world.now_s)

        self.world.later(lasts_s, mended)

    # ── Rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    def _calm(self) -> None:
        """All is mended, nobody begins anything: everything comes to rest."""
        now_s, self.calm = self.world.now_s, True
        self.world.note("life", "CALM")
        for number in sorted(self.mending):
            self.mending.pop(number)()
        for trouble in self.judge.troubles:
            trouble.until_s = min(trouble.until_s, now_s) if trouble.kind != "broken_timer" else trouble.until_s
        for phone in self.house.phones:
            phone.close()
        end_s = now_s + CALM_S
        while self.world.now_s < end_s and not self._rests():
            self._run(2.0)

    def _rests(self) -> bool:
        server = self.house.server
        if server.books.still_open() or any(lamp.lit and lamp.model.memory.token for lamp in self.house.lamps):
            return False
        return all(bridge.rests(server.rows.journal) for bridge in self.house.bridges)


def live(seed: int, folder: Path, profiles: Mapping[str, Profile], given: Given) -> Report:
    """Within `seams.open_seams`."""
    return Life(seed, folder, profiles, given).live()
