"""P5: the light never outlasts its plan, whatever panel and air do. Judged by the lamp's true light."""

import asyncio
import time

import pytest

from tests.ble_bridge.air import lit
from tests.ble_bridge.safety.light import latest_off_s, must_be_dark, the_span
from tests.ble_bridge.safety.rig import AFTER_THE_BRIDGE_S, DEADMAN_S, PAST_THE_PLAN_S, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_B21_a_run_ends_by_its_plan(rig: Rig) -> None:
    command = await rig.run(duration_s=3)
    await asyncio.sleep(3 + PAST_THE_PLAN_S)
    span = the_span(rig.observer)
    assert 3.0 <= latest_off_s(rig.observer) - span.on_s <= 3 + PAST_THE_PLAN_S
    assert (await rig.server.result(command)).ok


async def test_B25_walking_away_ends_the_light_and_coming_back_does_not_bring_it_again(rig: Rig) -> None:
    await rig.run()
    await asyncio.sleep(1)
    rig.observer.walk_away()
    gone_s = time.monotonic()
    await must_be_dark(rig.observer, by_s=gone_s + AFTER_THE_BRIDGE_S, since="the dead-man")
    rig.observer.come_back()
    await asyncio.sleep(3)
    the_span(rig.observer)


async def test_B36_a_loss_of_power_in_a_run_is_the_end_of_it(rig: Rig) -> None:
    await rig.run()
    await asyncio.sleep(0.5)
    rig.observer.power_cycle()
    assert not lit(rig.observer.state())
    await asyncio.sleep(DEADMAN_S + 2)
    the_span(rig.observer)


async def test_B27_a_panel_that_gets_too_hot_is_turned_off_before_its_own_cut_out(rig: Rig) -> None:
    await rig.run()
    rig.observer.fault("hot", on=True)
    heated_s = time.monotonic()
    await must_be_dark(rig.observer, by_s=heated_s + 4.7, since="its cool")


async def test_B35_a_run_whose_link_is_cut_again_and_again_still_ends_by_its_plan(rig: Rig) -> None:
    await rig.run(duration_s=5)
    rig.observer.fault("drop_link", on=True)
    span = the_span(rig.observer)
    await must_be_dark(rig.observer, by_s=span.on_s + 5 + PAST_THE_PLAN_S, since="the plan")
    rig.observer.fault("drop_link", on=False)
    await asyncio.sleep(2)
    the_span(rig.observer)
