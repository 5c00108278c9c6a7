"""What the session machine books while it does not know: never less than was given, and no more than the panel promises."""

from dataclasses import replace

import pytest

from ble_bridge.contract import limits
from ble_bridge.drivers.driver import Exchange
from ble_bridge.drivers.open_panel_wire import decode_command
from ble_bridge.run_words import OpKind, WriteKeepAlive, WriteStart
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world import World
from tests.ble_bridge.world_terms import Account, start_args

JUST_MS = 50
"""Before the dead-man would end the light."""


class Late(World):
    """Once it is `slow`, the panel acts on each keep-alive as late as it can still prolong the light, and answers none."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = False
        self.waiting: list[Exchange] = []
        self._every(10, self._act_late)

    def _exchange(self, kind: OpKind, exchange: Exchange) -> None:
        if kind != "keep_alive" or not self.slow:
            super()._exchange(kind, exchange)
            return
        self.waiting.append(exchange)
        finish = self._finisher(kind, self.link_no)
        self.later(limits.OPERATION_DEADLINE_MS, lambda: finish("missed"))

    def _act_late(self) -> None:
        run = self.model.run
        if self.waiting and run is not None and run.dead_s - self.now_ms / 1000 <= JUST_MS / 1000:
            self.model.command(decode_command(self.waiting.pop(0).payload), self.now_ms / 1000)


def account(world: World) -> Account:
    assert world.state.last is not None
    return world.accounts[world.state.last.token]


def lost_after(unanswered: int, *, answers: bool = True) -> Late:
    """Lit, then so many keep-alives that are not answered, then the link is gone for a minute."""
    world = Late()
    world.lit_up(start_args(duration_s=600))
    facts = world.state.facts
    assert facts is not None
    world.state = replace(world.state, facts=replace(facts, answers=answers))
    world.run(5_000)
    world.slow = True
    world.until(lambda: len(world.waiting) == unanswered)
    world.in_range = False
    world.link_down()
    world.run(60_000)
    world.in_range = True
    world.until(lambda: world.view().run == "ended")
    assert not world.waiting, "each came in time"
    return world


@pytest.mark.parametrize("unanswered", [0, 1, 2])
def test_B47_each_unanswered_keep_alive_may_arm_the_dead_man_once_more(unanswered: int) -> None:
    told = account(lost_after(unanswered))
    assert told.true_on_ms >= 5_000 + 2_900 * (1 + unanswered) - 1_000, "the late ones did prolong the light"
    assert told.told_on_s >= told.true_on_ms / 1000
    assert told.told_on_s <= told.true_on_ms / 1000 + 1.2 * (1 + unanswered), "no more than they allow"
    assert not told.told_confirmed


def test_B47_of_a_panel_that_answers_no_orders_each_keep_alive_of_the_run_counts() -> None:
    world = lost_after(1, answers=False)
    written, told_on_s = len(world.wrote(WriteKeepAlive)), account(world).told_on_s
    assert written > 4
    assert told_on_s == pytest.approx(6 + 3.1 * (1 + written), abs=1), "none of them is known to be done"


def test_B47_after_a_crash_nobody_knows_how_many_were_on_their_way() -> None:
    world = World()
    world.lit_up(start_args(duration_s=600))
    token = world.state.run.token if world.state.run else 0
    world.run(5_000)
    world.in_range = False
    world.crash().run(1_000)
    world.restart().run(60_000)
    world.in_range = True
    world.until(lambda: world.state.run is None)
    assert world.accounts[token].told_on_s == pytest.approx(66, abs=2), "until it was read"


def test_B43_a_panel_that_stays_away_counts_to_its_timer() -> None:
    world = World()
    world.lit_up()
    world.run(5_000)
    world.in_range = False
    world.link_down()
    world.until(lambda: world.view().run != "unknown", 90_000)
    told = account(world)
    assert told.told_on_s == pytest.approx(60, abs=0.1)
    assert not told.told_confirmed


def test_B43_a_gap_without_reports_is_an_upper_bound_and_says_so() -> None:
    world = World()
    world.lit_up()
    world.run(5_000)
    world.in_range = False
    world.link_down()
    world.run(20_000)
    world.in_range = True
    world.until(lambda: world.view().run == "ended")
    told = account(world)
    assert not told.told_confirmed
    assert told.told_on_s >= told.true_on_ms / 1000
    assert told.told_on_s <= 5 + 1 + 0.9 + 3 + 0.2, "no more than the dead-man allows"
    assert world.view().end_reason == "deadman"


def test_B43_a_start_after_which_the_panel_still_names_the_run_before_gave_no_light() -> None:
    world = World()
    world.lit_up()
    world.stop(run_no=1)
    world.until(lambda: world.view().run == "ended")
    world.write_ms = 20
    command = world.grant(start_args(run_no=2))
    world.until(lambda: len(world.wrote(WriteStart)) == 2)
    world.loss = 1.0  # before its bytes are sent
    world.until(lambda: world.code(command) == "not_confirmed")
    world.loss = 0.0
    world.until(lambda: world.state.run is None)
    assert (world.state.last.on_ms if world.state.last else None) == 0
    assert len(world.accounts) == 1, "of the run before"


def test_B43_a_button_after_a_start_that_nobody_saw_takes_back_none_of_its_light() -> None:
    world = World()
    command = world.grant()
    world.until(lambda: bool(world.wrote(WriteStart)))
    token = world.state.run.token if world.state.run else 0
    world.model.set_fault(FaultName.NO_STATUS, True, world.now_ms / 1000)
    world.until(lambda: world.code(command) == "not_confirmed")
    world.until(lambda: not world.lit)
    for _ in ("on", "off"):
        world.model.press_button(world.now_ms / 1000)
    assert world.model.memory.token == 0, "as before the start"
    world.model.set_fault(FaultName.NO_STATUS, False, world.now_ms / 1000)
    world.until(lambda: world.view().run == "ended")
    told = world.accounts[token]
    assert told.true_on_ms >= limits.CONFIRM_WITHIN_MS
    assert told.told_on_s >= told.true_on_ms / 1000
    assert not told.told_confirmed
