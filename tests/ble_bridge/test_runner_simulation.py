"""Random lives of bridge, radio and panel. Every failure prints the seed that replays it:

    NIRWEB_SEED=123 pytest tests/ble_bridge/test_runner_simulation.py

What must hold at every step (no on without a journal record, none after its stop, one per run, no keep-alive with the gate shut,
never running without proof, one result per command) is asserted by `World`; here is what must hold at the end of a life.
"""

import os
import random
import sys
from dataclasses import dataclass, field
from uuid import UUID

from ble_bridge.contract import limits
from ble_bridge.contract.wire import Clearance
from ble_bridge.run_limits import max_fluence_j_cm2
from ble_bridge.run_words import StillHere, Watched, WriteStart, token_of
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world import World
from tests.ble_bridge.world_terms import clearance, start_args

LIVES = int(os.environ.get("NIRWEB_LIVES", "24"))
STEPS = 60
FAULTS = [FaultName.MUTE, FaultName.SLOW, FaultName.NO_NOTIFY, FaultName.STUCK_CHANNEL, FaultName.HOT]
LATE_OFF_S = (limits.DEADMAN_MS + limits.OPERATION_DEADLINE_MS + 700) / 1000
"""When radio or panel fail, light ends by the dead-man at the latest: this long after the last keep-alive could have arrived."""


@dataclass
class Life:
    world: World
    dice: random.Random
    seed: int
    commands: list[tuple[int, UUID]] = field(default_factory=list)
    sessions: int = 1
    run_no: int = 0
    faults: int = 0
    starts: int = 0
    lit: int = 0
    crashes: int = 0

    @property
    def session(self) -> UUID:
        return UUID(int=10_000 + self.sessions)

    # ── What may happen ──────────────────────────────────────────────────────────────────────────────────────────────
    def start(self) -> None:
        if self.dice.random() < 0.4:
            self.sessions, self.run_no = self.sessions + 1, 0
        self.run_no += 1 if self.dice.random() < 0.9 else 0
        self.run_no = max(1, self.run_no)
        levels = {660: self.dice.choice([0, 5, 50, 100]), 850: self.dice.choice([0, 10, 60])}
        duration_s = self.dice.choice([2, 10, 40, 120])
        args = start_args(self.session, self.run_no, duration_s=duration_s, levels_pct=levels, ramp_s=self.dice.choice([0, 0, 3]))
        need = sum(30 * duration_s * pct / 100_000 for pct in levels.values())
        cleared = clearance(
            max_duration_s=self.dice.choice([duration_s, 600]), max_fluence_j_cm2=self.dice.choice([need, need, 50.0, need / 2])
        )
        took_ms = self.dice.choice([5, 100, 1_500, 2_500])
        command = self.world.grant(args, cleared, took_ms=took_ms, life_ms=self.dice.choice([3_000, 10_000]))
        self.commands.append((self.world.epoch, command))

    def stop(self) -> None:
        which = self.dice.choice([self.session, None, UUID(int=10_000)])
        run_no = self.dice.choice([None, max(1, self.run_no)])
        command = self.world.stop(which, run_no if which else None, emergency=self.dice.random() < 0.3)
        self.commands.append((self.world.epoch, command))

    def levels(self) -> None:
        levels = {660: self.dice.choice([0, 5, 80, 100]), 850: self.dice.choice([0, 10, 100])}
        self.commands.append((self.world.epoch, self.world.set_levels(levels, self.session)))

    def lose_link(self) -> None:
        self.faults += 1
        self.world.in_range = self.dice.random() < 0.5
        self.world.link_down()

    def come_back(self) -> None:
        self.world.in_range = True

    def fault(self) -> None:
        self.faults += 1
        on = self.dice.random() < 0.5
        self.world.model.set_fault(self.dice.choice(FAULTS), on, self.world.now_ms / 1000)

    def radio(self) -> None:
        self.faults += 1
        self.world.loss = self.dice.choice([0.0, 0.0, 0.1, 0.4])
        self.world.latency_ms = self.dice.choice([2, 20, 150])

    def hand(self) -> None:
        self.faults += 1
        now_s = self.world.now_ms / 1000
        if self.dice.random() < 0.5:
            self.world.model.press_button(now_s)
        else:
            self.world.model.cut_power(now_s)
            self.world.link_down()

    def crash(self) -> None:
        self.faults += 1
        self.crashes += 1
        self.world.crash()
        self.world.run(self.dice.choice([0, 500, 5_000]))
        self.world.restart()

    def words(self) -> None:
        self.world.send(Watched(self.dice.random() < 0.8))
        self.world.send(StillHere(self.session))

    def step(self) -> None:
        # spelled out by weight: what a day has most of comes most
        act = self.dice.choice(
            [self.start] * 8 + [self.stop] * 4 + [self.levels] * 3 + [self.come_back] * 3
            + [self.lose_link, self.fault, self.fault, self.radio, self.radio, self.hand, self.crash, self.words, self.words]
        )  # fmt: skip
        act()
        self.world.run(self.dice.choice([0, 3, 30, 60, 200, 1_000, 4_000, 15_000]))

    # ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def calm(self) -> None:
        """All faults mended, nobody acts any more: everything comes to rest."""
        world = self.world
        for name in FAULTS:
            world.model.set_fault(name, False, world.now_ms / 1000)
        world.loss, world.latency_ms, world.in_range = 0.0, 20, True
        world.run(150_000)
        if world.model.latched:
            world.model.press_button(world.now_ms / 1000)
        world.run(5_000)

    def check(self) -> None:
        world = self.world
        assert world.state.run is None, world.state.run
        assert world.state.off is None
        assert not world.open, "the journal looks after nothing any more"
        lit = world.model.run
        assert lit is None or lit.local, "no light of ours is left"
        for epoch, command in self.commands:
            replies = world.replies.get(command, [])
            assert len(replies) == 1 or (epoch != world.epoch and not replies), f"B15: {command} {replies}"
        for (session, run_no), record in world.journal.items():
            self.check_run(session, run_no, record.clearance)
        self.starts = len(world.wrote(WriteStart))

    def check_run(self, session: UUID, run_no: int, cleared: Clearance) -> None:
        token = token_of(session, run_no)
        account = self.world.accounts.get(token)
        if account is None or not account.true_on_ms or token in self.world.stuck:
            return  # a stuck output burns on; no bridge can end that
        delivered = sum(30 * ms / 1e6 for ms in account.true_full_level_ms.values())
        allowed = max_fluence_j_cm2(cleared)
        assert allowed is not None
        worst = 30 * 2 * LATE_OFF_S / 1000  # both channels full
        assert delivered <= allowed + worst, f"P8: {delivered} J/cm² of {allowed}"
        self.lit += 1
        for nm, true_ms in account.true_full_level_ms.items():
            told = account.told_full_level_s.get(nm, 0.0)
            assert told >= true_ms / 1000 - 0.25, f"B43: told {told} s of true {true_ms / 1000} s at {nm} nm"


def live(seed: int) -> Life:
    dice = random.Random(seed)
    life = Life(World(seed=seed), dice, seed)
    for _ in range(STEPS):
        life.step()
    life.calm()
    life.check()
    return life


def test_it_keeps_every_rule_in_random_lives() -> None:
    first = os.environ.get("NIRWEB_SEED")
    seeds = [int(first)] if first else [random.SystemRandom().randrange(2**32) for _ in range(LIVES)]
    starts = lit = faults = crashes = 0
    for seed in seeds:
        try:
            life = live(seed)
        except BaseException:
            sys.stdout.write(f"replay with NIRWEB_SEED={seed}\n")
            raise
        starts, lit = starts + life.starts, lit + life.lit
        faults, crashes = faults + life.faults, crashes + life.crashes
    sys.stdout.write(f"{len(seeds)} lives from seed {seeds[0]}: {starts} starts, {lit} lit, {faults} faults, {crashes} crashes\n")
    if not first:
        assert starts > 0
        assert lit > 0
        assert faults > 0
        assert crashes > 0
