"""The session machine when it does not know: lost links, restarts, light of others, panels that cannot say."""

from dataclasses import replace
from uuid import UUID

from ble_bridge.contract import limits
from ble_bridge.contract.wire import IdentifyArgs
from ble_bridge.run_words import Facts, IdentifyGranted, Watched, WriteIdentify, WriteOff, WriteStart
from ble_bridge.runner import wants_link
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world import World
from tests.ble_bridge.world_terms import PANEL, start_args


def test_B35_a_lost_link_is_unknown_at_once() -> None:
    world = World()
    world.lit_up()
    world.in_range = False
    world.link_down()
    assert world.view().run == "unknown"
    assert world.view().levels_pct is None
    assert world.told("unknown")


def test_B35_a_silent_panel_is_unknown_within_five_seconds() -> None:
    world = World()
    world.lit_up()
    world.run(2_000)
    world.model.set_fault(FaultName.MUTE, True, world.now_ms / 1000)
    assert world.until(lambda: world.view().run == "unknown") <= 5_000


def test_B38_off_is_tried_on_a_panel_that_says_nothing() -> None:
    world = World()
    world.lit_up()
    world.model.set_fault(FaultName.MUTE, True, world.now_ms / 1000)
    world.until(lambda: world.view().run == "unknown")
    world.run(1_000)
    assert not world.lit, "by the emergency stop, before the dead-man"
    assert world.view().off_confirmed is False


def test_B35_a_link_that_is_back_while_the_light_is_ours_goes_on() -> None:
    world = World()
    world.lit_up()
    world.link_down()
    world.until(lambda: world.view().run == "running")
    assert world.told("resolved")
    world.run(5_000)
    assert world.lit
    assert len(world.wrote(WriteStart)) == 1


def test_B35_a_link_that_is_back_after_the_dead_man_ends_the_run() -> None:
    world = World()
    world.lit_up()
    world.in_range = False
    world.link_down()
    world.run(8_000)
    world.in_range = True
    world.until(lambda: world.state.run is None)
    ended = world.told("ended")[0]
    assert (ended.end_reason, ended.off_confirmed) == ("deadman", True)
    world.run(3_000)
    assert len(world.wrote(WriteStart)) == 1, "nothing restarts by itself"


def test_B35_a_run_whose_panel_stays_away_ends_unconfirmed_and_is_looked_after() -> None:
    world = World()
    world.lit_up()
    world.in_range = False
    world.link_down()
    world.run(66_000)
    ended = world.told("ended")[0]
    assert (ended.end_reason, ended.off_confirmed) == ("link_lost", False)
    assert wants_link(world.state, world.now_ms)
    assert world.open, "the journal still knows it"
    world.in_range = True
    world.until(lambda: bool(world.told("resolved")))
    assert world.told("resolved")[0].off_confirmed is True
    world.run(10)
    assert not world.open


def test_B14_a_stop_while_unknown_is_sent_as_soon_as_the_panel_is_back() -> None:
    world = World()
    world.lit_up()
    world.in_range = False
    world.link_down()
    stop = world.stop()
    assert world.view().run == "unknown"
    assert world.view().off_confirmed is False
    world.run(1_000)
    world.in_range = True
    world.until(lambda: world.state.run is None)
    assert world.view().off_confirmed is True
    assert world.code(stop) in ("ok", "not_connected")
    assert world.told("ended")[0].end_reason in ("client", "deadman")


def test_B34_a_run_found_in_the_journal_is_turned_off_when_it_is_lit() -> None:
    world = World()
    world.lit_up()
    world.run(1_500)
    world.crash().restart()
    assert world.view().run == "unknown"
    took_ms = world.until(lambda: not world.lit)
    assert took_ms < 500, "by the bridge, before the dead-man"
    world.until(lambda: world.state.run is None)
    ended = world.told("ended")[0]
    assert (ended.end_reason, ended.off_confirmed) == ("bridge_restart", True)
    world.run(10)
    assert not world.open


def test_B34_a_run_found_in_the_journal_ends_as_the_panel_says() -> None:
    world = World()
    world.lit_up()
    world.crash()
    world.run(10_000)
    world.restart()
    world.until(lambda: world.state.run is None)
    assert world.told("ended")[0].end_reason == "deadman"
    account = world.accounts[world.state.last.token]  # type: ignore[union-attr]
    assert not account.told_confirmed
    assert account.told_on_s >= account.true_on_ms / 1000 - 0.1


def test_B34_a_record_whose_start_never_left_is_not_booked_as_an_earlier_run() -> None:
    world = World()
    world.lit_up()
    world.run(70_000)
    world.grant(start_args(run_no=2))
    world.until(lambda: len(world.open) == 1)
    world.crash().restart()
    world.until(lambda: world.state.run is None)
    assert world.told("ended")[-1].end_reason == "bridge_restart"


def test_B34_light_that_is_not_ours_is_told_and_left() -> None:
    world = World()
    world.send(Watched(True))
    world.run(500)
    world.model.press_button(world.now_ms / 1000)
    world.run(500)
    assert world.view().foreign is True
    assert world.view().run == "idle"
    assert world.told("foreign_on")
    world.model.press_button(world.now_ms / 1000)
    world.run(500)
    assert world.view().foreign is False
    assert world.told("foreign_off")
    assert not world.wrote(WriteOff)


def test_the_panels_button_ends_a_run() -> None:
    world = World()
    world.lit_up()
    world.model.press_button(world.now_ms / 1000)
    world.until(lambda: world.state.run is None)
    assert world.view().end_reason == "button"


def test_a_loss_of_power_ends_a_run() -> None:
    world = World()
    world.lit_up()
    world.model.cut_power(world.now_ms / 1000)
    world.link_down()
    world.until(lambda: world.state.run is None)
    assert world.view().end_reason == "power"


def test_B30_what_another_device_says_proves_nothing() -> None:
    world = World()
    world.lit_up()
    world.in_range = False
    world.link_down()
    world.mismatch = "another serial number"
    world.in_range = True
    world.run(3_000)
    assert world.view().off_confirmed is not True
    assert world.view().run == "unknown"
    assert len(world.wrote(WriteStart)) == 1


def test_B50_the_link_is_held_while_watched_and_let_go_after() -> None:
    world = World()
    world.send(Watched(True))
    assert wants_link(world.state, world.now_ms)
    world.run(29_000)
    assert wants_link(world.state, world.now_ms)
    world.run(2_000)
    assert not wants_link(world.state, world.now_ms)
    world.send(Watched(True)).send(Watched(False))
    assert not wants_link(world.state, world.now_ms)


def test_identify_blinks_an_idle_panel_and_no_other() -> None:
    world = World()
    for _ in range(2):
        world.send(IdentifyGranted(world.command(), "trace-blink", IdentifyArgs(panel_id=PANEL), world.now_ms, 10_000))
    world.run(500)
    assert [r[0].code for r in world.replies.values()] == ["busy", "ok"]
    assert len(world.wrote(WriteIdentify)) == 1
    assert not world.lit
    world.run(4_000)
    world.lit_up()
    command = UUID(int=5)
    world.send(IdentifyGranted(command, "trace-blink", IdentifyArgs(panel_id=PANEL), world.now_ms, 10_000))
    assert world.code(command) == "busy"


# ── A panel that cannot confirm ──────────────────────────────────────────────────────────────────────────────────────
def plain(world: World) -> Facts:
    return replace(world.driver.facts, safety="none", confirm="none", deadman_ms=0)


def commanded(world: World) -> UUID:
    """On a panel without read-back: the firmware's dead-man is taken out."""
    world.model.set_fault(FaultName.NO_NOTIFY, True, world.now_ms / 1000)
    world.link_up(plain(world))
    command = world.grant()
    world.until(lambda: world.code(command) is not None)
    assert world.model.run is not None
    world.model.run.dead_s = float("inf")
    return command


def test_B23_a_panel_that_cannot_confirm_is_commanded_never_running() -> None:
    world = World()
    command = commanded(world)
    assert world.code(command) == "commanded"
    assert world.view().run == "commanded"
    assert world.view().sources == "commanded"
    world.run(10_000)
    assert world.view().run == "commanded"
    assert not world.told("running")


def test_B51_a_panel_without_a_fail_safe_runs_only_attended() -> None:
    world = World()
    world.model.set_fault(FaultName.NO_NOTIFY, True, world.now_ms / 1000)
    world.link_up(plain(world))
    command = world.grant(start_args(duration_s=400))
    world.until(lambda: world.code(command) == "commanded")
    assert world.model.run is not None
    world.model.run.dead_s = float("inf")
    world.run(limits.ATTENDED_EVERY_S * 1000 + 1_500)
    assert not world.lit
    assert world.told("stopping")[0].end_reason == "unattended"


def test_B22_off_of_a_panel_that_cannot_confirm_is_written_thrice_and_never_called_confirmed() -> None:
    world = World()
    commanded(world)
    before = len(world.wrote(WriteOff))
    stop = world.stop()
    world.run(5_000)
    assert len(world.wrote(WriteOff)) - before >= 3
    assert world.code(stop) == "not_confirmed"
    assert world.view().off_confirmed is False
    assert world.told("ended")[0].off_confirmed is False
    account = world.accounts[world.state.last.token]  # type: ignore[union-attr]
    assert not account.told_confirmed, "an upper bound"
    assert account.told_on_s >= account.true_on_ms / 1000
