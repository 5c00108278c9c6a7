"""The session machine while the light is on: ramp, levels, gate, limits, dose. Numbers are rules of `docs/bridge.md`."""

from dataclasses import replace
from itertools import pairwise

import pytest

from ble_bridge.contract import limits
from ble_bridge.run_words import LinkSuspect, OpDone, Reported, StillHere, WriteKeepAlive, WriteLevels, WriteOff
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world import World
from tests.ble_bridge.world_terms import SESSION, clearance, start_args


def test_B24_levels_climb_from_the_lowest_over_the_ramp() -> None:
    world = World()
    world.lit_up(start_args(ramp_s=5))
    assert world.model.output_pct == (5, 10), "the least that the panel can do"
    seen = [world.model.output_pct, *(world.run(100).model.output_pct for _ in range(60))]
    assert seen == sorted(seen), "never down"
    assert max(after[0] - before[0] for before, after in pairwise(seen)) <= 10, "no leap"
    assert seen[25][0] == pytest.approx(42, abs=6), "half-way"
    assert seen[-1] == (80, 50)


def test_B24_a_level_change_is_shown_by_the_panel_before_it_is_called_done() -> None:
    world = World()
    world.lit_up()
    change = world.set_levels({660: 40, 850: 50})
    assert world.code(change) is None
    took_ms = world.until(lambda: world.code(change) is not None)
    assert world.code(change) == "ok"
    assert took_ms < 200
    assert world.model.output_pct == (40, 50)
    assert world.told("levels")[0].levels_pct == {660: 40, 850: 50}


def test_B24_a_level_change_over_the_clearance_is_refused_and_changes_nothing() -> None:
    world = World()
    world.lit_up(cleared=clearance(max_level_pct={660: 80, 850: 60}))
    assert world.code(world.set_levels({660: 81, 850: 50})) == "over_limit"
    assert world.code(world.set_levels({660: 80, 850: 50, 630: 10})) == "over_limit"
    assert world.code(world.set_levels({660: 0, 850: 0})) == "over_limit"
    world.run(500)
    assert world.model.output_pct == (80, 50)


def test_B24_a_level_change_that_would_use_up_the_fluence_is_refused() -> None:
    world = World()
    world.lit_up(cleared=clearance(max_fluence_j_cm2=30 * 60 * 1.3 / 1000))
    world.run(30_000)
    assert world.code(world.set_levels({660: 90, 850: 50})) == "over_limit"
    down = world.set_levels({660: 20, 850: 50})
    world.run(500)
    assert world.code(down) == "ok"


def test_B24_a_change_in_the_ramp_goes_down_at_once_and_up_along_it() -> None:
    world = World()
    world.lit_up(start_args(ramp_s=5))
    world.run(3_000)
    before = world.model.output_pct
    assert before[0] > 30
    change = world.set_levels({660: 10, 850: 100})
    world.until(lambda: world.code(change) is not None)
    assert world.code(change) == "ok"
    assert world.model.output_pct[0] == 10
    assert world.model.output_pct[1] < 60
    world.run(3_000)
    assert world.model.output_pct == (10, 100)


def test_B24_a_channel_that_is_lit_in_the_ramp_begins_at_its_least() -> None:
    world = World()
    world.lit_up(start_args(ramp_s=5, levels_pct={660: 100}))
    world.run(2_000)
    change = world.set_levels({660: 0, 850: 100})
    world.until(lambda: world.code(change) is not None)
    assert world.code(change) == "ok"
    assert world.model.output_pct == (0, 10)
    world.run(4_000)
    assert world.model.output_pct == (0, 100)


def test_B15_a_change_that_a_later_one_overtook_has_its_result_too() -> None:
    world = World()
    world.lit_up()
    first, second = world.set_levels({660: 40, 850: 50}), world.set_levels({660: 41, 850: 50})
    world.run(500)
    assert (world.code(first), world.code(second)) == ("superseded", "ok")


def test_B15_a_change_that_the_panel_does_not_show_is_not_confirmed() -> None:
    world = World()
    world.lit_up()
    world.loss = 1.0
    change = world.set_levels({660: 40, 850: 50})
    world.run(2_200)
    assert world.code(change) == "not_confirmed"


def test_a_level_change_without_a_run_is_refused() -> None:
    world = World()
    assert world.code(world.set_levels({660: 40})) == "no_run"


def test_B12_a_level_change_that_came_late_is_refused() -> None:
    world = World()
    world.lit_up()
    assert world.code(world.set_levels({660: 40}, took_ms=limits.GRANT_WITHIN_MS + 1)) == "late"


def test_B25_keep_alives_are_sent_each_second_while_the_panel_proves_the_run() -> None:
    world = World()
    world.lit_up()
    before = len(world.wrote(WriteKeepAlive))
    world.run(20_000)
    assert 18 <= len(world.wrote(WriteKeepAlive)) - before <= 21
    assert world.lit


def test_B25_no_keep_alive_when_the_last_proof_is_old() -> None:
    world = World()
    world.lit_up()
    world.run(2_000)
    world.model.set_fault(FaultName.MUTE, True, world.now_ms / 1000)
    muted_ms = world.now_ms
    world.run(10_000)
    sent_after = [e for e in world.wrote(WriteKeepAlive) if e.link_no == world.link_no]
    assert sent_after
    account = world.accounts[world.state.last.token if world.state.last else world.state.run.token]  # type: ignore[union-attr]
    assert account.last_lit_ms is not None
    assert account.last_lit_ms <= muted_ms + limits.DEADMAN_MS + 200


def test_B25_no_keep_alive_and_no_level_on_a_suspect_link() -> None:
    world = World()
    world.lit_up()
    world.loss = 1.0  # no answer clears the suspicion
    world.send(LinkSuspect(True))
    before = len(world.wrote(WriteKeepAlive)) + len(world.wrote(WriteLevels))
    world.set_levels({660: 20, 850: 20})
    world.run(800)
    assert len(world.wrote(WriteKeepAlive)) + len(world.wrote(WriteLevels)) == before


def test_B25_no_keep_alive_for_another_token() -> None:
    world = World()
    world.lit_up()
    world.run(500)
    report = world.state.heard.report if world.state.heard else None
    assert report is not None
    world.send(Reported(world.link_no, replace(report, token=1)))
    assert world.state.run is None
    assert world.view().foreign is True
    before = len(world.wrote(WriteKeepAlive))
    world.auto_link = False
    world.run(2_500)
    assert len(world.wrote(WriteKeepAlive)) == before


def test_B25_a_panel_that_does_not_notify_is_asked_and_kept_alive() -> None:
    world = World()
    world.model.set_fault(FaultName.NO_NOTIFY, True, world.now_ms / 1000)
    world.lit_up()
    world.run(20_000)
    assert world.lit
    assert world.view().run == "running"


def test_the_panels_own_timer_ends_a_run_as_completed() -> None:
    world = World()
    world.lit_up()
    world.run(61_000)
    assert world.view().end_reason == "completed"
    assert world.view().off_confirmed is True
    assert len(world.wrote(WriteOff)) == 1, "only the off before the on"


def test_B26_it_ends_the_run_when_the_panels_timer_does_not() -> None:
    world = World()
    world.lit_up()
    assert world.model.run is not None
    world.model.run.ends_s += 1_000
    world.run(61_500)
    assert not world.lit
    assert world.view().end_reason == "completed"
    account = world.accounts[world.state.last.token]  # type: ignore[union-attr]
    assert account.true_on_ms <= 60_000 + 700


def test_B26_it_ends_the_run_when_the_cleared_fluence_is_used_up() -> None:
    world = World()
    allowed = 30 * 60 * 1.3 / 1000
    world.lit_up(cleared=clearance(max_fluence_j_cm2=allowed))
    assert world.model.run is not None
    world.model.run.levels_pct = (100, 100)  # somebody turned it up at the panel
    world.run(61_000)
    assert world.view().end_reason == "over_limit"
    account = world.accounts[world.state.last.token]  # type: ignore[union-attr]
    delivered = sum(30 * ms / 1e6 for ms in account.true_full_level_ms.values())
    assert delivered <= allowed + 60 * 0.7 / 1000, "the clearance and half a second"


def test_B26_levels_over_the_clearance_at_the_panel_are_off() -> None:
    world = World()
    world.lit_up(cleared=clearance(max_level_pct={660: 80, 850: 60}))
    assert world.model.run is not None
    world.model.run.levels_pct = (90, 50)
    world.until(lambda: not world.lit, 1_000)
    world.until(lambda: world.view().end_reason == "over_limit")


def test_B36_levels_changed_at_the_panel_are_told_and_not_fought() -> None:
    world = World()
    world.lit_up()
    world.run(2_000)
    assert world.model.run is not None
    world.model.run.levels_pct = (60, 50)
    world.run(3_000)
    assert world.told("levels")[-1].detail == "changed at the panel"
    assert world.model.output_pct == (60, 50)


def test_B27_too_warm_is_off() -> None:
    world = World()
    world.lit_up()
    world.model.set_fault(FaultName.HOT, True, world.now_ms / 1000)
    world.until(lambda: world.state.run is None)
    assert world.view().end_reason == "over_temperature"
    assert not world.lit


def test_B27_a_temperature_that_is_not_told_any_more_is_off() -> None:
    world = World()
    world.lit_up()
    world.run(1_500)
    report = world.state.heard.report if world.state.heard else None
    assert report is not None
    world.send(Reported(world.link_no, replace(report, temperature_c=None)))
    world.until(lambda: world.state.run is None)
    assert world.view().end_reason == "over_temperature"


def test_B43_dose_is_booked_from_the_panels_reports() -> None:
    world = World()
    world.lit_up()
    world.run(15_000)
    change = world.set_levels({660: 20, 850: 50})
    world.until(lambda: world.code(change) == "ok")
    world.run(20_000)
    world.stop()
    world.until(lambda: world.view().run == "ended")
    account = world.accounts[world.state.last.token]  # type: ignore[union-attr]
    assert account.told_confirmed
    assert account.told_on_s == pytest.approx(account.true_on_ms / 1000, abs=0.1)
    for nm, true_ms in account.true_full_level_ms.items():
        assert 0 <= account.told_full_level_s[nm] - true_ms / 1000 <= 0.1, nm
    assert len(world.told("dose")) >= 3, "told as it goes"


def test_B51_an_attended_run_ends_when_nobody_answers() -> None:
    world = World()
    world.lit_up(start_args(duration_s=500, attended=True))
    world.run(100_000)
    world.send(StillHere(SESSION))
    world.run(119_000)
    assert world.model.run is not None
    world.run(2_000)
    assert world.model.output_pct == (0, 0)
    assert world.view().end_reason == "unattended"


def test_a_report_of_an_earlier_link_is_not_believed() -> None:
    world = World()
    world.lit_up()
    report = world.state.heard.report if world.state.heard else None
    assert report is not None
    dark = replace(report, running=False, levels_pct={660: 0, 850: 0})
    world.send(Reported(world.link_no - 1, dark))
    assert world.view().run == "running"
    world.send(OpDone(world.link_no - 1, "off", "ok"))
    assert world.view().run == "running"
