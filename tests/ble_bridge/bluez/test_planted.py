"""Without its safeguard, each scenario fails: so it does see it."""

import pytest

from ble_bridge.radio.system import RadioProblemError
from tests.ble_bridge.bluez.planted import PLANTS, planted
from tests.ble_bridge.bluez.stand import Stand

SEEN = (AssertionError, TimeoutError, RadioProblemError)


@pytest.mark.parametrize("bug", PLANTS)
async def test_it_is_seen_when_there_is(bug: str, hasty: Stand) -> None:
    with planted(bug) as scenario, pytest.raises(SEEN):
        await scenario(hasty)
