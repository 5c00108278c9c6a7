"""The session machine and off: always accepted, tried until the panel says so. Numbers are rules of `docs/bridge.md`."""

from uuid import UUID

import pytest

from ble_bridge.contract import limits
from ble_bridge.run_words import Closing, StopAsked, Unpaired, WriteEmergency, WriteKeepAlive, WriteOff, WriteStart
from ble_bridge.runner import wants_link
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world import World
from tests.ble_bridge.world_terms import SESSION, start_args

OTHER = UUID(int=77)


def test_B14_it_stops_a_run_and_says_when_off_is_confirmed() -> None:
    world = World()
    world.lit_up()
    stop = world.stop()
    assert world.view().run == "stopping"
    assert world.view().off_confirmed is False
    took_ms = world.until(lambda: world.code(stop) is not None)
    assert world.code(stop) == "ok"
    assert took_ms < 300
    assert not world.lit
    assert world.view().off_confirmed is True
    assert world.told("ended")[0].end_reason == "client"


def test_B14_it_accepts_a_stop_in_any_state() -> None:
    for wait_ms in (0, 2, 10, 30, 50, 70, 100, 150, 1_000):
        world = World()
        command = world.grant()
        world.run(wait_ms)
        stop = world.stop()
        world.run(4_000)
        assert world.code(stop) == "ok", wait_ms
        assert world.code(command) in ("stopped", "ok"), wait_ms
        assert not world.lit, wait_ms
        assert world.state.run is None, wait_ms


def test_B14_it_accepts_a_stop_while_the_panel_is_away() -> None:
    world = World()
    world.in_range = False
    stop = world.stop()
    world.run(2_100)
    assert world.code(stop) == "not_connected"
    assert wants_link(world.state, world.now_ms), "off is still being tried"
    world.in_range = True
    world.until(lambda: world.state.off is None)
    assert world.view().off_confirmed is True


def test_B14_a_stop_before_its_start_wins() -> None:
    world = World()
    world.stop(SESSION, run_no=1)
    world.run(5_000)
    assert world.code(world.grant()) == "stopped"


def test_B14_a_stop_of_every_run_refuses_each_later_one() -> None:
    world = World()
    world.stop(SESSION)
    world.run(5_000)
    assert world.code(world.grant(start_args(run_no=9))) == "stopped"


def test_B14_an_older_stop_does_not_touch_a_resume() -> None:
    world = World()
    world.stop(SESSION, run_no=1)
    world.run(5_000)
    world.lit_up(start_args(run_no=2))
    late = world.stop(SESSION, run_no=1)
    assert world.code(late) == "no_run"
    world.run(1_000)
    assert world.lit


def test_B14_a_stop_refuses_every_claim_that_was_sent_before_it() -> None:
    world = World()
    world.stop(OTHER)
    world.run(500)
    assert world.code(world.grant(took_ms=1_000)) == "stopped"
    assert world.code(world.grant(took_ms=100)) is None


def test_B14_a_stop_for_another_session_leaves_this_one_alone() -> None:
    world = World()
    world.lit_up()
    assert world.code(world.stop(OTHER)) == "no_run"
    world.run(1_000)
    assert world.lit


def test_B14_a_stop_without_a_session_stops_whatever_runs() -> None:
    world = World()
    world.lit_up()
    stop = world.stop(None)
    world.until(lambda: world.code(stop) == "ok")
    assert not world.lit


def test_B14_a_stop_without_a_session_refuses_the_run_that_it_ended_under_any_other_command() -> None:
    world = World()
    world.in_range = False
    waiting = world.grant(start_args(run_no=1))
    world.stop(None)
    assert world.code(waiting) == "stopped"
    world.crash().restart()
    world.in_range = True
    world.run(5_000)
    assert world.code(world.grant(start_args(run_no=1))) == "stopped"
    world.lit_up(start_args(run_no=2))


def test_B14_a_stop_also_ends_light_that_is_not_ours() -> None:
    world = World()
    world.model.press_button(world.now_ms / 1000)
    stop = world.stop(None)
    world.until(lambda: world.code(stop) == "ok")
    assert not world.lit


def test_B14_a_stop_between_the_decision_and_the_write_withholds_the_on() -> None:
    world = World()
    world.write_ms = 50
    command = world.grant()
    while not world.wrote(WriteStart):
        world.run(1)
    stop = world.stop()  # the start is decided; its bytes have not left
    world.run(2_000)
    assert world.code(command) == "stopped"
    assert world.code(stop) == "ok"
    assert not world.accounts, "never lit"


def test_B15_a_stop_that_cannot_be_confirmed_is_answered_all_the_same() -> None:
    world = World()
    world.lit_up()
    world.model.set_fault(FaultName.MUTE, True, world.now_ms / 1000)
    stop = world.stop()
    world.run(2_200)
    assert world.code(stop) == "not_confirmed"
    assert world.view().off_confirmed is False
    world.model.set_fault(FaultName.MUTE, False, world.now_ms / 1000)
    world.until(lambda: world.view().off_confirmed is True)


def test_B15_the_same_stop_heard_again_is_answered_again() -> None:
    world = World()
    world.lit_up()
    stop = world.stop()
    world.until(lambda: world.code(stop) == "ok")
    world.replies.clear()
    world.send(StopAsked(stop, "trace-of-stop", SESSION))
    world.send(StopAsked(stop, "trace-of-stop", SESSION))
    world.until(lambda: world.code(stop) == "ok")


def test_B22_it_goes_over_to_the_emergency_stop_when_stop_has_no_effect() -> None:
    world = World()
    world.lit_up()
    world.model.set_fault(FaultName.MUTE, True, world.now_ms / 1000)  # the control point is dead, the emergency stop is not
    world.stop()
    assert not world.wrote(WriteEmergency)
    took_ms = world.until(lambda: not world.lit)
    assert took_ms < 600
    assert world.wrote(WriteOff)


def test_B22_an_emergency_stop_is_written_at_once_and_first() -> None:
    world = World()
    world.lit_up()
    world.stop(emergency=True)
    offs = [type(e) for e in world.effects if isinstance(e, WriteEmergency | WriteOff)]
    assert offs[-2:] == [WriteEmergency, WriteOff]


def test_B22_off_is_tried_until_it_is_confirmed() -> None:
    world = World()
    world.lit_up()
    world.loss = 1.0
    world.stop()
    world.run(2_500)
    assert len(world.wrote(WriteOff)) >= 3
    assert len(world.wrote(WriteEmergency)) >= 4
    assert world.view().off_confirmed is False
    world.loss = 0.0
    world.until(lambda: world.view().off_confirmed is True)


def test_B39_a_stuck_output_is_never_called_off() -> None:
    world = World()
    world.lit_up()
    world.model.set_fault(FaultName.STUCK_CHANNEL, True, world.now_ms / 1000)
    stop = world.stop()
    world.run(5_000)
    assert world.lit
    assert world.code(stop) == "not_confirmed"
    assert world.view().off_confirmed is False
    assert world.view().run == "fault"
    world.model.set_fault(FaultName.STUCK_CHANNEL, False, world.now_ms / 1000)
    world.until(lambda: world.view().off_confirmed is True)
    assert world.told("ended")[0].off_confirmed is True


def test_B22_no_keep_alive_is_written_after_a_stop() -> None:
    world = World()
    world.lit_up()
    world.loss = 1.0
    world.stop()
    before = len(world.wrote(WriteKeepAlive))
    world.run(10_000)
    assert len(world.wrote(WriteKeepAlive)) == before
    assert not world.lit, "the dead-man ends what no stop reaches"


@pytest.mark.parametrize("seed", range(8))
def test_P6_off_is_confirmed_soon_though_a_third_of_all_is_lost(seed: int) -> None:
    world = World(seed=seed)
    world.lit_up()
    world.run(3_000)
    world.loss = 0.3
    stop = world.stop()
    took_ms = world.until(lambda: not world.lit)
    world.until(lambda: world.view().off_confirmed is True)
    assert took_ms <= 2_000
    assert world.code(stop) in ("ok", "not_confirmed")


def test_B52_it_stops_its_run_when_the_bridge_ends_and_starts_nothing_more() -> None:
    world = World()
    world.lit_up()
    world.send(Closing())
    took_ms = world.until(lambda: world.state.run is None)
    assert took_ms < 3_000
    assert not world.lit
    assert world.told("ended")[0].end_reason == "bridge_restart"
    assert world.code(world.grant(start_args(run_no=2))) == "stopped"


def test_a_panel_that_is_unpaired_is_turned_off() -> None:
    world = World()
    world.lit_up()
    world.send(Unpaired())
    world.until(lambda: world.state.run is None)
    assert not world.lit


def test_a_stop_for_a_panel_out_of_reach_is_given_up_when_no_run_was_ours() -> None:
    world = World()
    world.in_range = False
    world.stop(None)
    world.run(62_000)
    assert not wants_link(world.state, world.now_ms)


def test_the_deadline_of_an_operation_is_under_a_second() -> None:
    assert limits.OPERATION_DEADLINE_MS <= 900
