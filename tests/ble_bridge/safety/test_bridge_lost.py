"""P4 and P5 over the bridge's own death: no light is left behind, none comes back. Judged by the lamp's true light."""

import asyncio
import time

import pytest

from tests.ble_bridge.air import lit
from tests.ble_bridge.safety.light import latest_off_s, must_be_lit, the_span
from tests.ble_bridge.safety.rig import AFTER_THE_BRIDGE_S, Rig


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.1, 0.5, 1.0])
async def test_B34_a_bridge_killed_at_any_step_leaves_no_light_and_brings_none_back(own_rig: Rig, after_s: float) -> None:
    await own_rig.start(ramp_s=2)
    await asyncio.sleep(after_s)
    await own_rig.bridge.kill()
    killed_s = time.monotonic()
    was_lit = lit(own_rig.observer.state())
    await own_rig.restart()
    await asyncio.sleep(max(0.0, killed_s + AFTER_THE_BRIDGE_S - time.monotonic()) + 1)
    assert len(own_rig.observer.spans()) <= 1, "lit again by itself"
    if was_lit:
        assert latest_off_s(own_rig.observer) <= killed_s + AFTER_THE_BRIDGE_S
    assert not lit(own_rig.observer.state())


async def test_B13_a_start_that_an_earlier_process_acted_on_is_never_acted_on_again(own_rig: Rig) -> None:
    """Not even when the panel has forgotten it and the server grants it once more."""
    command = await own_rig.start(duration_s=2)
    await must_be_lit(own_rig.observer)
    await own_rig.bridge.kill()
    await asyncio.sleep(2.5)
    own_rig.observer.forget_tokens()
    await own_rig.restart()
    own_rig.server.rows[command].claims.clear()
    await own_rig.server.ring(command)
    await asyncio.sleep(3)
    the_span(own_rig.observer)
