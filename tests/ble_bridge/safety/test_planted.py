"""Each safeguard, tried with and without it: with it the lamp does nothing wrong, without it the same test sees it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.ble_bridge.air import Air
from tests.ble_bridge.safety import scenarios
from tests.ble_bridge.safety.light import LightError
from tests.ble_bridge.safety.planted import BUGS
from tests.ble_bridge.safety.rig import Rig, open_rig

Scenario = Callable[[Rig], Awaitable[None]]

SEEN_BY: dict[str, Scenario] = {
    "no_check_before_the_write": scenarios.the_panel_comes_into_reach_when_the_starts_life_is_over,
    "no_journal": scenarios.the_journal_cannot_be_written,
    "no_deadman": scenarios.the_bridge_is_killed_in_a_run,
    "no_fresh_status": scenarios.the_panel_obeys_but_says_nothing_more,
}


def test_every_planted_bug_has_a_scenario() -> None:
    assert SEEN_BY.keys() == BUGS.keys()


@pytest.mark.parametrize("scenario", SEEN_BY.values(), ids=lambda s: s.__name__)
async def test_the_lamp_does_nothing_wrong_when(scenario: Scenario, air: Air, tmp_path: Path) -> None:
    async with open_rig(tmp_path, air) as rig:
        await scenario(rig)


@pytest.mark.parametrize(("bug", "scenario"), SEEN_BY.items(), ids=SEEN_BY.keys())
async def test_it_is_seen_in_the_light_when_there_is(bug: str, scenario: Scenario, air: Air, tmp_path: Path) -> None:
    async with open_rig(tmp_path, air, planted=bug) as rig:
        with pytest.raises(LightError):
            await scenario(rig)
