"""Between the off and the on of a start: what counts as the panel's word that it is dark. Rules of `docs/bridge.md`."""

from dataclasses import replace

from ble_bridge.contract import limits
from ble_bridge.run_words import OpDone, ReadStatus, Report, Reported, WriteStart
from ble_bridge.virtual.model import FaultName
from tests.ble_bridge.world import World

DARK = Report(running=False, token=None, levels_pct={660: 0, 850: 0}, remaining_s=None, temperature_c=None, ended=None)


def cleared(world: World) -> bool:
    return world.state.run is not None and world.state.run.cleared_ms is not None


def test_B21_light_that_is_told_late_is_not_taken_for_anothers() -> None:
    """Of a panel that cannot be asked, and answers a write before it acts: what it says in between is of before."""
    world = World()
    world.model.set_fault(FaultName.NO_NOTIFY, True, world.now_ms / 1000)
    command = world.grant()
    world.until(lambda: cleared(world), 2_000)
    old = replace(DARK, levels_pct={660: 100, 850: 0})
    world.send(Reported(world.link_no, old))
    world.send(OpDone(world.link_no, "read", "refused"))
    assert not world.wrote(WriteStart), "lit on a word that is not dark"
    assert world.code(command) is None
    world.until(lambda: world.view().run == "running", 3_000)
    assert world.code(command) == "ok"


def test_B21_a_panel_that_cannot_be_asked_is_not_asked_without_end() -> None:
    world = World()
    for fault in (FaultName.NO_STATUS, FaultName.NO_NOTIFY):
        world.model.set_fault(fault, True, world.now_ms / 1000)
    world.link_up()
    world.send(Reported(world.link_no, DARK))
    world.grant()
    world.until(lambda: cleared(world), 2_000)
    world.send(OpDone(world.link_no, "read", "refused"))  # what was asked before it was told to be off
    asked = len(world.wrote(ReadStatus))
    assert "read" in world.state.in_flight, "asked since"
    for _ in range(50):
        world.send(OpDone(world.link_no, "read", "refused"))
    assert len(world.wrote(ReadStatus)) == asked


def test_B21_a_panel_that_goes_on_being_lit_is_not_started() -> None:
    world = World()
    command = world.grant()
    world.until(lambda: cleared(world), 2_000)
    world.model.press_button(world.now_ms / 1000)
    world.run(limits.CONFIRM_WITHIN_MS - 200)
    assert world.code(command) is None
    world.run(500)
    assert world.code(command) == "busy"
    assert not world.wrote(WriteStart)
