"""What must work on the real bluetoothd and kernel, each part after the last."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from ble_bridge.contract import wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.bluez.house import AFTER_THE_BRIDGE_S, STOP_WITHIN_S, House
from tests.ble_bridge.scripted import PANEL
from tests.machine.guest_system import System


async def a_panel_is_found_and_paired(house: House, _system: System, observer: Observer) -> None:
    await house.pair()
    assert observer.state()["connected"], "by radio, to the panel"


async def a_start_lights_it_and_levels_follow(house: House, _system: System, observer: Observer) -> None:
    session = await house.run()
    levels = {660: 40, 850: 20}
    args = wire.SetLevelsArgs(session_id=session, panel_id=PANEL, levels_pct=levels)
    assert (await house.server.result(await house.server.order(args))).ok
    await asyncio.to_thread(observer.wait_until, lambda state: state["light"] == levels, within_s=3)


async def a_stop_turns_it_off_and_is_confirmed(house: House, _system: System, _observer: Observer) -> None:
    house.must_be_lit()
    stop = await house.server.stop(PANEL, None)
    await house.dark(within_s=STOP_WITHIN_S, of="the stop")
    assert (await house.server.result(stop)).ok
    assert (await house.ended("client")).off_confirmed


async def a_killed_bridge_leaves_it_to_the_dead_man(house: House, _system: System, observer: Observer) -> None:
    await house.run()
    await house.bridge.kill()
    await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the kill")
    assert observer.state()["reason"] == "deadman"


PARTS: Final[Sequence[Callable[[House, System, Observer], Awaitable[None]]]] = (
    a_panel_is_found_and_paired,
    a_start_lights_it_and_levels_follow,
    a_stop_turns_it_off_and_is_confirmed,
    a_killed_bridge_leaves_it_to_the_dead_man,
)
