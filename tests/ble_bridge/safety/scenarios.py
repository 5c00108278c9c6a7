"""What is done to a bridge and then asked of the lamp; each raises `LightError` when the lamp did what it must not.

The same scenario is run on the product and on a bridge with its safeguard taken out (`planted`).
"""

import asyncio
import sqlite3
import time

from tests.ble_bridge.safety.light import must_be_dark, must_be_dark_so_far
from tests.ble_bridge.safety.rig import AFTER_THE_BRIDGE_S, DEADMAN_S, STOP_WITHIN_S, Rig

TIME_TO_CONNECT_S = 5.0
"""In which a bridge that still wanted to start would have found the panel and lit it."""


async def the_panel_comes_into_reach_when_the_starts_life_is_over(rig: Rig) -> None:
    life_s = 3.0
    rig.observer.walk_away()
    await rig.server.state(lambda state: state.link != "connected")
    await rig.granted(await rig.start(life_ms=int(life_s * 1000)))
    await asyncio.sleep(life_s + 0.2)
    rig.observer.come_back()
    await asyncio.sleep(TIME_TO_CONNECT_S)
    must_be_dark_so_far(rig.observer)


async def the_journal_cannot_be_written(rig: Rig) -> None:
    other = sqlite3.connect(rig.bridge.folder / "journal.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        await rig.start(life_ms=3000)
        await asyncio.sleep(4)
    finally:
        other.close()
    await asyncio.sleep(2)
    must_be_dark_so_far(rig.observer)


async def the_bridge_is_killed_in_a_run(rig: Rig) -> None:
    await rig.run()
    await asyncio.sleep(2)
    await rig.bridge.kill()
    killed_s = time.monotonic()
    await must_be_dark(rig.observer, by_s=killed_s + AFTER_THE_BRIDGE_S, since="the dead-man")


async def the_panel_obeys_but_says_nothing_more(rig: Rig) -> None:
    await rig.run()
    await asyncio.sleep(1.5)
    rig.observer.fault("no_status", on=True)
    silent_s = time.monotonic()
    await must_be_dark(rig.observer, by_s=silent_s + DEADMAN_S + STOP_WITHIN_S, since="what nobody knows to be healthy")
