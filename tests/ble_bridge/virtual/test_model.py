"""The virtual panel's firmware, moved through time by hand."""

import pytest

from ble_bridge.drivers.open_panel_wire import Flag, Identify, KeepAlive, Reason, Result, SetLevels, Start, State, Stop
from ble_bridge.virtual.model import FaultName, PanelModel, panel_info

TOKEN = 0xC0FFEE
T0 = 1000.0


def panel() -> PanelModel:
    return PanelModel(panel_info("NWV-TEST"), T0)


def start(token: int = TOKEN, duration_s: int = 60, deadman_ms: int = 3000, levels: tuple[int, ...] = (50, 80)) -> Start:
    return Start(1, token, duration_s, deadman_ms, levels)


def lit(**kwargs: int) -> PanelModel:
    model = panel()
    assert model.command(start(**kwargs), T0) is Result.SUCCESS  # type: ignore[arg-type]
    return model


def test_S12_it_lights_with_levels_timer_and_deadman_at_once() -> None:
    model = panel()
    assert model.output_pct == (0, 0)
    assert model.command(start(), T0) is Result.SUCCESS
    status = model.status(T0)
    assert (status.state, status.reason, status.token) == (State.RUNNING, Reason.NONE, TOKEN)
    assert (status.remaining_s, status.deadman_left_ms, status.levels_pct) == (60, 3000, (50, 80))
    assert model.output_pct == (50, 80)


@pytest.mark.parametrize(
    "refused",
    [
        start(duration_s=0), start(duration_s=1801), start(deadman_ms=499), start(deadman_ms=10_001),
        start(levels=(4, 80)), start(levels=(50, 9)), start(levels=(101, 80)), start(levels=(0, 0)), start(levels=(50,)),
        start(levels=(50, 80, 10)),
    ],
)  # fmt: skip
def test_S11_it_refuses_what_is_out_of_range_and_lights_nothing(refused: Start) -> None:
    model = panel()
    assert model.command(refused, T0) is Result.INVALID
    assert model.output_pct == (0, 0)
    assert model.state is State.IDLE


def test_S11_a_refused_level_changes_nothing_and_arms_nothing() -> None:
    model = lit()
    assert model.command(SetLevels(2, TOKEN, (50, 101)), T0 + 2) is Result.INVALID
    assert model.output_pct == (50, 80)
    model.advance(T0 + 3)
    assert model.output_pct == (0, 0)


def test_S13_a_start_again_in_its_run_changes_nothing() -> None:
    model = lit()
    assert model.command(start(duration_s=1800, levels=(100, 100)), T0 + 1) is Result.SUCCESS
    assert model.output_pct == (50, 80)
    assert model.status(T0 + 1).remaining_s == 59
    model.advance(T0 + 3)
    assert model.memory.reason is Reason.DEADMAN


def test_S13_a_start_of_a_run_that_ended_lights_nothing_even_after_a_loss_of_power() -> None:
    model = lit()
    model.command(Stop(2), T0 + 1)
    assert model.command(start(), T0 + 2) is Result.SUCCESS
    assert model.output_pct == (0, 0)
    model.cut_power(T0 + 3)
    assert model.command(start(), T0 + 4) is Result.SUCCESS
    assert model.output_pct == (0, 0)


def test_S13_it_remembers_the_last_eight_runs() -> None:
    model = panel()
    for token in range(1, 10):
        assert model.command(start(token=token), T0 + token) is Result.SUCCESS
        model.command(Stop(0), T0 + token)
    for token in range(2, 10):
        assert model.command(start(token=token), T0 + 20) is Result.SUCCESS
        assert model.output_pct == (0, 0)


def test_S14_another_start_is_refused_while_it_is_lit_or_in_a_fault() -> None:
    model = lit()
    assert model.command(start(token=2), T0 + 1) is Result.BUSY
    model.latched = True
    model.command(Stop(2), T0 + 1)
    assert model.command(start(token=3), T0 + 1) is Result.FAULT_LATCHED
    assert model.output_pct == (0, 0)


def test_S15_stop_is_allowed_in_any_state_and_may_be_repeated() -> None:
    model = panel()
    assert model.command(Stop(1), T0) is Result.SUCCESS
    model.command(start(), T0)
    for _ in range(2):
        assert model.command(Stop(1), T0 + 1) is Result.SUCCESS
        assert (model.state, model.memory.reason, model.output_pct) == (State.IDLE, Reason.CLIENT, (0, 0))
    model.latched = True
    assert model.command(Stop(1), T0 + 2) is Result.SUCCESS


def test_S16_keep_alive_and_levels_arm_the_deadman_anew() -> None:
    model = lit()
    assert model.command(KeepAlive(2, TOKEN), T0 + 2) is Result.SUCCESS
    assert model.command(SetLevels(3, TOKEN, (20, 0)), T0 + 4.9) is Result.SUCCESS
    assert model.output_pct == (20, 0)
    model.advance(T0 + 7.8)
    assert model.output_pct == (20, 0)
    model.advance(T0 + 7.9)
    assert (model.output_pct, model.memory.reason) == ((0, 0), Reason.DEADMAN)


def test_S16_another_token_arms_nothing() -> None:
    model = lit()
    assert model.command(KeepAlive(2, 1), T0 + 2) is Result.WRONG_TOKEN
    assert model.command(SetLevels(2, 1, (20, 20)), T0 + 2) is Result.WRONG_TOKEN
    model.advance(T0 + 3)
    assert model.memory.reason is Reason.DEADMAN
    assert model.command(KeepAlive(2, TOKEN), T0 + 3) is Result.NOT_PERMITTED


def test_S16_a_keep_alive_that_comes_too_late_lights_nothing() -> None:
    model = lit()
    assert model.command(KeepAlive(2, TOKEN), T0 + 3.001) is Result.NOT_PERMITTED
    assert model.output_pct == (0, 0)


def test_S17_identify_blinks_for_three_seconds_without_light_output() -> None:
    model = panel()
    assert model.command(Identify(1), T0) is Result.SUCCESS
    assert model.status(T0).flags == Flag.IDENTIFYING
    assert model.output_pct == (0, 0)
    assert model.next_event_s(T0) == T0 + 3
    assert model.status(T0 + 3).flags == Flag(0)


def test_S17_identify_is_refused_while_it_is_lit_or_in_a_fault() -> None:
    model = lit()
    assert model.command(Identify(1), T0) is Result.NOT_PERMITTED
    model.command(Stop(1), T0)
    model.latched = True
    assert model.command(Identify(1), T0) is Result.NOT_PERMITTED


def test_S20_the_emergency_stop_is_off_on_every_channel() -> None:
    model = lit()
    model.emergency_stop(T0 + 1)
    assert (model.output_pct, model.state, model.memory.reason) == ((0, 0), State.IDLE, Reason.CLIENT)


def test_S30_the_timer_ends_a_run_that_is_kept_alive() -> None:
    model = lit(duration_s=10)
    for second in range(1, 10):
        assert model.command(KeepAlive(2, TOKEN), T0 + second) is Result.SUCCESS
    assert model.next_event_s(T0 + 9) == T0 + 10
    assert model.status(T0 + 9.5).remaining_s == 1
    model.advance(T0 + 10)
    status = model.status(T0 + 10)
    assert (status.state, status.reason, status.token, status.remaining_s) == (State.IDLE, Reason.COMPLETED, TOKEN, 0)
    assert model.output_pct == (0, 0)


def test_S31_the_deadman_ends_a_run_that_nobody_keeps_alive() -> None:
    model = lit(deadman_ms=500)
    assert model.next_event_s(T0) == T0 + 0.5
    model.advance(T0 + 0.5)
    assert (model.output_pct, model.memory.reason) == ((0, 0), Reason.DEADMAN)


def test_S31_what_was_due_first_is_the_reason_however_late_it_is_looked_at() -> None:
    model = lit(duration_s=2)
    model.advance(T0 + 100)
    assert model.memory.reason is Reason.COMPLETED


def test_S33_after_a_loss_of_power_it_is_dark_and_says_which_run_was_cut() -> None:
    model = lit()
    model.cut_power(T0 + 1)
    status = model.status(T0 + 1)
    assert (model.output_pct, status.state, status.reason, status.token) == ((0, 0), State.IDLE, Reason.POWER, TOKEN)
    model.advance(T0 + 100)
    assert model.output_pct == (0, 0)


def test_S34_it_cuts_out_when_too_hot_and_latches_a_fault() -> None:
    model = lit(duration_s=600, deadman_ms=10_000)
    model.set_fault(FaultName.HOT, True, T0)
    at_s = model.next_event_s(T0)
    assert at_s is not None
    assert T0 + 4 < at_s < T0 + 6
    model.advance(at_s)
    status = model.status(at_s)
    assert (model.output_pct, status.state, status.reason) == ((0, 0), State.FAULT, Reason.OVER_TEMPERATURE)
    assert status.temperature_dc == pytest.approx(700, abs=1)
    assert model.command(start(token=9), at_s) is Result.FAULT_LATCHED


def test_S34_full_power_alone_never_reaches_the_cut_out() -> None:
    model = panel()
    now = T0
    for token in range(1, 4):
        model.command(start(token=token, duration_s=1800, deadman_ms=10_000, levels=(100, 100)), now)
        for _ in range(225):
            now += 8
            model.command(KeepAlive(0, token), now)
    assert 45 < model.temperature_c(now) < 47.1
    assert model.state is not State.FAULT


def test_S35_the_button_turns_it_off_and_on_with_a_run_of_its_own() -> None:
    model = lit()
    model.press_button(T0 + 1)
    assert (model.output_pct, model.memory.reason) == ((0, 0), Reason.BUTTON)
    model.press_button(T0 + 2)
    status = model.status(T0 + 2)
    assert (status.state, status.token, status.flags, status.deadman_left_ms) == (State.RUNNING, 0, Flag.LOCAL, 0)
    assert (status.remaining_s, model.output_pct) == (600, (50, 50))
    assert model.command(KeepAlive(1, TOKEN), T0 + 3) is Result.WRONG_TOKEN
    assert model.command(start(token=7), T0 + 3) is Result.BUSY
    model.advance(T0 + 601)
    assert model.output_pct == (50, 50)
    assert model.command(Stop(1), T0 + 601) is Result.SUCCESS
    assert model.output_pct == (0, 0)


def test_S35_its_own_run_ends_by_its_own_timer() -> None:
    model = panel()
    model.press_button(T0)
    model.advance(T0 + 600)
    assert (model.output_pct, model.memory.reason) == ((0, 0), Reason.COMPLETED)


@pytest.mark.parametrize("how", ["stop", "emergency", "deadman", "button"])
def test_S36_a_stuck_output_stays_lit_and_is_told(how: str) -> None:
    model = lit()
    model.set_fault(FaultName.STUCK_CHANNEL, True, T0)
    match how:
        case "stop":
            assert model.command(Stop(1), T0 + 1) is Result.FAILED
        case "emergency":
            model.emergency_stop(T0 + 1)
        case "button":
            model.press_button(T0 + 1)
        case _:
            pass
    status = model.status(T0 + 4)
    assert model.output_pct == (50, 0)
    assert (status.state, status.flags, status.levels_pct, status.remaining_s) == (State.FAULT, Flag.OUTPUT_STUCK, (50, 0), 0)
    assert not status.dark
    assert model.command(start(token=5), T0 + 4) is Result.FAULT_LATCHED


def test_S37_a_fault_is_cleared_by_the_button_once_its_cause_is_gone() -> None:
    model = lit()
    model.set_fault(FaultName.STUCK_CHANNEL, True, T0)
    model.command(Stop(1), T0 + 1)
    model.press_button(T0 + 2)
    assert (model.status(T0 + 2).state, model.output_pct) == (State.FAULT, (50, 0))
    model.set_fault(FaultName.STUCK_CHANNEL, False, T0 + 3)
    assert (model.status(T0 + 3).state, model.output_pct) == (State.FAULT, (0, 0))
    model.press_button(T0 + 4)
    assert (model.status(T0 + 4).state, model.output_pct) == (State.IDLE, (0, 0))


def test_S37_a_hot_panel_stays_in_its_fault_until_it_has_cooled() -> None:
    model = panel()
    model.set_fault(FaultName.HOT, True, T0)
    model.advance(T0 + 10)
    model.set_fault(FaultName.HOT, False, T0 + 10)
    model.press_button(T0 + 11)
    model.cut_power(T0 + 11)
    assert model.status(T0 + 11).state is State.FAULT
    model.cut_power(T0 + 300)
    assert model.status(T0 + 300).state is State.IDLE


def test_S43_time_left_is_rounded_up_and_nought_only_without_a_run() -> None:
    model = lit(duration_s=10)
    status = model.status(T0 + 2.9995)
    assert (status.remaining_s, status.deadman_left_ms) == (8, 1)
    status = model.status(T0 + 3)
    assert (status.state, status.remaining_s, status.deadman_left_ms) == (State.IDLE, 0, 0)


def test_S75_a_hot_panel_heats_up_lit_or_not_and_cools_when_it_is_over() -> None:
    model = panel()
    model.set_fault(FaultName.HOT, True, T0)
    assert model.temperature_c(T0 + 3) > 50
    model.set_fault(FaultName.HOT, False, T0 + 3)
    assert model.temperature_c(T0 + 600) == pytest.approx(25, abs=5)


def test_S46_each_status_that_is_taken_is_counted_and_the_counter_wraps() -> None:
    model = panel()
    assert [model.take_status(T0).counter for _ in range(3)] == [1, 2, 3]
    assert [model.status(T0).counter for _ in range(2)] == [4, 4]
    model._counter = 0xFFFF
    assert model.take_status(T0).counter == 0


def test_renewed_it_is_dark_cool_and_without_faults_but_remembers() -> None:
    model = lit()
    model.set_fault(FaultName.HOT, True, T0)
    model.set_fault(FaultName.STUCK_CHANNEL, True, T0)
    model.advance(T0 + 20)
    model.renew(T0 + 20)
    assert (model.output_pct, model.state, model.faults) == ((0, 0), State.IDLE, set())
    assert model.temperature_c(T0 + 20) == 25.0
    assert model.command(start(), T0 + 21) is Result.SUCCESS
    assert model.output_pct == (0, 0)
