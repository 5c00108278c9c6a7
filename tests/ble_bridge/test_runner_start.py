"""The session machine and the one dangerous command: a start. Numbers are rules of `docs/bridge.md`."""

from typing import Any
from uuid import UUID

import pytest

from ble_bridge.contract import limits
from ble_bridge.contract.wire import Clearance
from ble_bridge.run_words import ReadStatus, Record, StartGranted, WriteOff, WriteStart
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world import World
from tests.ble_bridge.world_terms import SESSION, clearance, start_args


def test_B21_it_writes_the_journal_then_off_then_on() -> None:
    world = World()
    world.lit_up()
    order = [type(e) for e in world.effects if isinstance(e, Record | WriteOff | WriteStart)]
    assert order == [Record, WriteOff, WriteStart]


def test_B21_it_reads_the_panel_before_and_after_off() -> None:
    world = World()
    world.model.set_fault(FaultName.NO_NOTIFY, True, world.now_ms / 1000)
    world.lit_up()
    effects = [type(e) for e in world.effects if isinstance(e, ReadStatus | WriteOff | WriteStart)]
    assert effects[:4] == [ReadStatus, WriteOff, ReadStatus, WriteStart]


def test_B21_it_does_not_light_when_the_journal_fails() -> None:
    world = World()
    world.journal_works = False
    command = world.grant()
    world.run(3_000)
    assert world.code(command) == "unready"
    assert not world.wrote(WriteStart)


def test_B12_it_refuses_a_grant_that_came_late() -> None:
    world = World()
    command = world.grant(took_ms=limits.GRANT_WITHIN_MS + 1)
    assert world.code(command) == "late"
    assert world.state.run is None


def test_B12_it_refuses_a_grant_from_the_future() -> None:
    world = World()
    assert world.code(world.grant(took_ms=-1)) == "late"


def test_B12_it_refuses_a_command_whose_life_is_over() -> None:
    world = World()
    assert world.code(world.grant(took_ms=500, life_ms=500)) == "late"


def test_B12_it_looks_at_the_life_again_when_the_panel_is_ready() -> None:
    world = World()
    world.in_range = False
    command = world.grant(life_ms=4_000)
    world.run(3_500)
    world.in_range = True
    world.journal_ms = 600
    world.run(3_000)
    assert world.code(command) == "late"
    assert not world.wrote(WriteStart)


def test_B12_it_looks_at_the_life_just_before_the_write() -> None:
    world = World()
    command = world.grant(life_ms=2_000)
    world.until(lambda: bool(world.wrote(WriteOff)))
    world.now_ms += 2_000  # the process was held up
    world.run(200)
    assert world.code(command) == "late"
    assert not world.lit
    assert not world.wrote(WriteStart)


def test_B12_the_write_itself_is_withheld_when_its_life_ended_in_the_queue() -> None:
    world = World()
    world.write_ms = 1_500
    command = world.grant(life_ms=1_000)
    world.run(5_000)
    assert world.wrote(WriteStart)
    assert world.code(command) == "late"
    assert not world.accounts, "never lit"


def test_B12_it_says_not_connected_when_the_panel_never_came() -> None:
    world = World()
    world.in_range = False
    command = world.grant(life_ms=3_000)
    world.run(3_200)
    assert world.code(command) == "not_connected"


@pytest.mark.parametrize(
    ("changes", "args", "code"),
    [
        ({"max_level_pct": {660: 100}}, {}, "no_clearance"),
        ({"irradiance_mw_cm2": None}, {}, "no_clearance"),
        ({"max_fluence_j_cm2": None}, {}, "no_clearance"),
        ({"irradiance_mw_cm2": {660: 30.0}}, {}, "no_clearance"),
        ({"wavelengths_nm": [660], "max_level_pct": {660: 100, 850: 100}}, {}, "no_clearance"),
        ({"max_level_pct": {660: 79, 850: 100}}, {}, "over_limit"),
        ({"wavelengths_nm": [660], "max_level_pct": {660: 100}}, {}, "over_limit"),
        ({"max_duration_s": 59}, {}, "over_limit"),
        ({"max_fluence_j_cm2": 2.33}, {}, "over_limit"),
        ({}, {"levels_pct": {660: 0, 850: 0}}, "over_limit"),
        ({}, {"levels_pct": {}}, "over_limit"),
        ({"wavelengths_nm": [630], "max_level_pct": {630: 100}, "irradiance_mw_cm2": {630: 9.0}},
         {"levels_pct": {630: 50}}, "over_limit"),
        ({}, {"levels_pct": {660: 4}}, "over_limit"),
        ({"max_duration_s": 1800, "max_fluence_j_cm2": 200.0}, {"duration_s": 1800}, "over_limit"),
    ],
)  # fmt: skip
def test_B20_it_refuses_what_is_not_cleared(changes: dict[str, Any], args: dict[str, Any], code: str) -> None:
    world = World()
    command = world.grant(start_args(**args), clearance(**changes))
    world.run(3_000)
    assert world.code(command) == code
    assert not world.wrote(WriteStart)


def test_B20_it_refuses_a_start_without_clearance() -> None:
    world = World()
    world.send(StartGranted(UUID(int=3), "trace-of-start", start_args(), None, world.now_ms, 10_000))
    assert world.code(UUID(int=3)) == "no_clearance"


@pytest.mark.parametrize("field", ["max_fluence_j_cm2", "max_duration_s"])
def test_B20_a_limit_that_is_not_a_number_refuses(field: str) -> None:
    world = World()
    broken = clearance().model_copy(update={field: float("nan")})
    assert world.code(world.grant(cleared=broken)) == "no_clearance"
    nan = clearance().model_copy(update={"irradiance_mw_cm2": {660: float("nan"), 850: 30.0}})
    assert world.code(world.grant(cleared=nan)) == "no_clearance"


def test_B20_exactly_the_clearance_is_allowed() -> None:
    world = World()
    exact = clearance(max_duration_s=60, max_level_pct={660: 80, 850: 50}, max_fluence_j_cm2=30 * 60 * 1.3 / 1000)
    world.lit_up(cleared=exact)


def test_B20_an_unknown_irradiance_is_bounded_by_time_alone() -> None:
    unknown: Clearance = clearance(max_fluence_j_cm2=None, irradiance_mw_cm2=None, max_duration_s=1800)
    world = World()
    too_long = world.grant(start_args(duration_s=limits.MAX_UNKNOWN_IRRADIANCE_S + 1), unknown)
    assert world.code(too_long) == "over_limit"
    world.lit_up(start_args(duration_s=limits.MAX_UNKNOWN_IRRADIANCE_S), unknown)


def test_B22_it_writes_on_once_and_ends_in_off_when_the_panel_is_mute() -> None:
    world = World()
    command = world.grant()
    world.until(lambda: bool(world.wrote(WriteStart)))
    world.model.set_fault(FaultName.MUTE, True, world.now_ms / 1000)
    world.run(6_000)
    assert world.code(command) == "not_confirmed"
    assert len(world.wrote(WriteStart)) == 1
    assert not world.lit


def test_B21_it_turns_off_what_is_not_confirmed_within_two_seconds() -> None:
    world = World()
    command = world.grant()
    world.until(lambda: bool(world.wrote(WriteStart)))
    world.latency_ms = 2_500
    took_ms = world.until(lambda: world.code(command) is not None)
    assert world.code(command) == "not_confirmed"
    assert took_ms <= limits.CONFIRM_WITHIN_MS + 150
    world.latency_ms = 20
    world.until(lambda: world.view().run == "ended")
    assert not world.lit
    assert world.view().end_reason == "not_confirmed"


def test_B23_running_needs_the_panel_to_show_our_token() -> None:
    world = World()
    world.lit_up()
    world.stop(run_no=1)
    world.until(lambda: world.state.off is None)
    world.journal.clear()  # the same run once more, as if nothing had been kept
    world.started.clear()
    world.state = world.state.__class__(link="connected", link_no=world.link_no, facts=world.state.facts)
    world.stopped.clear()
    command = world.grant()
    world.run(5_000)
    assert world.code(command) == "not_confirmed", "the panel remembers the token and says success, but is dark"


def test_B22_a_run_number_is_used_once() -> None:
    world = World()
    world.lit_up()
    world.stop(run_no=1)
    world.until(lambda: world.state.off is None)
    world.stopped.clear()
    again = world.state.stopped
    assert again == {SESSION: 1}
    world.state = world.state.__class__(
        link="connected", link_no=world.link_no, facts=world.state.facts, started=world.state.started
    )
    assert world.code(world.grant()) == "repeated"


def test_B22_a_run_number_is_used_once_over_a_restart() -> None:
    world = World()
    world.lit_up()
    world.stop()
    world.until(lambda: world.state.off is None)
    world.crash()
    world.stopped.clear()
    command = world.grant()
    world.run(2_000)
    assert world.code(command) == "repeated"


def test_B28_a_resume_is_a_new_run_with_every_check() -> None:
    world = World()
    world.lit_up()
    world.stop(run_no=1)
    world.until(lambda: world.view().run == "ended")
    assert world.code(world.grant(start_args(run_no=2), clearance(max_duration_s=30))) == "over_limit"
    world.lit_up(start_args(run_no=2, duration_s=30))


def test_a_second_start_is_refused_while_one_runs() -> None:
    world = World()
    world.lit_up()
    assert world.code(world.grant(start_args(session=UUID(int=77)))) == "busy"
    assert world.lit


def test_B36_it_does_not_take_a_panel_from_another() -> None:
    world = World()
    world.model.press_button(world.now_ms / 1000)
    command = world.grant()
    world.run(2_000)
    assert world.code(command) == "busy"
    assert world.lit, "what another lit stays lit"
    assert not world.wrote(WriteOff)


def test_B30_it_does_not_light_what_is_not_the_paired_panel() -> None:
    world = World()
    world.mismatch = "another serial number"
    command = world.grant()
    world.run(2_000)
    assert world.code(command) == "identity_mismatch"
    assert not world.wrote(WriteStart)


def test_it_does_not_light_a_panel_in_a_fault_or_too_warm() -> None:
    world = World()
    world.model.set_fault(FaultName.HOT, True, world.now_ms / 1000)
    world.run(4_000)
    command = world.grant()
    world.run(3_000)
    assert world.code(command) == "unready"
    assert not world.accounts


def test_a_link_lost_before_the_confirmation_ends_the_start() -> None:
    world = World()
    command = world.grant()
    world.until(lambda: bool(world.wrote(WriteStart)))
    world.in_range = False
    world.link_down()
    assert world.code(command) == "not_confirmed"
    world.run(5_000)
    assert not world.lit
    world.in_range = True
    world.until(lambda: world.state.run is None)
    assert world.view().off_confirmed is True


def test_a_link_lost_before_the_on_is_sought_again_while_life_remains() -> None:
    world = World()
    command = world.grant()
    world.until(lambda: bool(world.wrote(WriteOff)))
    world.link_down()
    world.until(lambda: world.code(command) is not None)
    assert world.code(command) == "ok"
