"""P6: stop wins, at whatever moment it comes and whatever the panel does. Judged by the lamp's true light."""

import asyncio
import time

import pytest

from tests.ble_bridge.safety.light import latest_off_s, must_be_dark, must_be_dark_so_far, the_span
from tests.ble_bridge.safety.rig import AFTER_THE_BRIDGE_S, STOP_WITHIN_S, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("emergency", [False, True])
async def test_B14_a_stop_ends_a_run(rig: Rig, emergency: bool) -> None:
    await rig.run()
    await asyncio.sleep(0.5)
    asked_s = time.monotonic()
    stop_id = await rig.stop(emergency=emergency)
    await must_be_dark(rig.observer, by_s=asked_s + STOP_WITHIN_S, since="the stop")
    assert (await rig.server.result(stop_id)).ok
    await asyncio.sleep(1)
    the_span(rig.observer)


async def test_B14_a_stop_ends_a_run_while_its_light_climbs(rig: Rig) -> None:
    await rig.run(ramp_s=5)
    await asyncio.sleep(1)
    asked_s = time.monotonic()
    await rig.stop()
    await must_be_dark(rig.observer, by_s=asked_s + STOP_WITHIN_S, since="the stop")
    await asyncio.sleep(2)
    the_span(rig.observer)


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.05, 0.1, 0.2])
async def test_B14_a_stop_right_behind_a_start_wins(rig: Rig, after_s: float) -> None:
    await rig.start()
    await asyncio.sleep(after_s)
    asked_s = time.monotonic()
    await rig.stop()
    await asyncio.sleep(STOP_WITHIN_S + 1)
    assert len(rig.observer.spans()) <= 1
    if rig.observer.spans():
        assert latest_off_s(rig.observer) <= asked_s + STOP_WITHIN_S


async def test_B14_a_stop_while_the_panel_is_still_sought_wins(rig: Rig) -> None:
    rig.observer.walk_away()
    await rig.start()
    await asyncio.sleep(1)
    await rig.stop()
    rig.observer.come_back()
    await asyncio.sleep(5)
    must_be_dark_so_far(rig.observer)


@pytest.mark.parametrize("fault", ["mute", "slow", "no_notify", "no_status"])
async def test_B22_a_stop_reaches_a_panel_that_misbehaves(rig: Rig, fault: str) -> None:
    await rig.run()
    await asyncio.sleep(0.3)
    rig.observer.fault(fault, on=True)
    asked_s = time.monotonic()
    await rig.stop()
    await must_be_dark(rig.observer, by_s=asked_s + STOP_WITHIN_S, since="the stop")
    await asyncio.sleep(2.5)
    the_span(rig.observer)


@pytest.mark.parametrize("fault", ["slow", "mute", "no_status"])
async def test_B21_a_panel_whose_off_is_not_read_back_is_not_lit(rig: Rig, fault: str) -> None:
    rig.observer.fault(fault, on=True)
    command = await rig.start(life_ms=3000)
    assert not (await rig.server.result(command)).ok
    await asyncio.sleep(2)
    must_be_dark_so_far(rig.observer)


async def test_B22_a_stop_out_of_reach_leaves_it_to_the_deadman(rig: Rig) -> None:
    await rig.run()
    rig.observer.walk_away()
    gone_s = time.monotonic()
    await rig.stop()
    await must_be_dark(rig.observer, by_s=gone_s + AFTER_THE_BRIDGE_S, since="the dead-man")
    rig.observer.come_back()
    await asyncio.sleep(3)
    the_span(rig.observer)
