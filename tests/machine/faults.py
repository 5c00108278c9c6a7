"""What goes wrong on a real system, after the main path, whose last part left a killed bridge and its link behind."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.bluez.house import AFTER_THE_BRIDGE_S, DEADMAN_S, STOP_WITHIN_S, House
from tests.ble_bridge.scripted import PANEL
from tests.machine.guest_system import System


async def the_next_bridge_takes_over_the_link_that_was_left(house: House, _system: System, observer: Observer) -> None:
    assert observer.state()["connected"], "BlueZ holds the link of a dead process"
    watching = asyncio.create_task(asyncio.to_thread(_ever_parted, observer, 3.0))
    await house.restart()
    await house.linked(30)
    assert (await house.ended("deadman")).off_confirmed
    assert not await watching, "taken over as it was"
    await house.run()
    await house.server.stop(PANEL, None)
    await house.dark(within_s=STOP_WITHIN_S, of="the stop")


def _ever_parted(observer: Observer, for_s: float) -> bool:
    began = None
    for state in observer.watch():
        began = began or state["t"]
        if not state["connected"]:
            return True
        if state["t"] - began > for_s:
            return False
    return True


async def a_mute_panel_is_unknown_and_goes_dark(house: House, _system: System, observer: Observer) -> None:
    await house.run()
    observer.fault("mute", on=True)
    await house.server.state(lambda state: state.run == "unknown", 5)
    await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the last word")
    observer.fault("mute", on=False)
    await house.server.state(lambda state: state.off_confirmed is True and state.link == "connected", 45)


async def an_emergency_stop_passes_a_stuck_request(house: House, _system: System, observer: Observer) -> None:
    await house.run()
    observer.fault("mute", on=True)
    await asyncio.sleep(1.2)  # until a keep-alive is stuck
    house.must_be_lit()
    await house.server.stop(PANEL, None, emergency=True)
    took_s = await house.dark(within_s=DEADMAN_S, of="the emergency stop")
    assert took_s < 1.0, f"took {took_s:.2f} s"
    assert observer.state()["reason"] != "deadman", "off by the stop, not by the dead-man"
    observer.fault("mute", on=False)
    await house.server.state(lambda state: state.off_confirmed is True and state.link == "connected", 45)


async def a_panel_out_of_range_is_found_again(house: House, _system: System, observer: Observer) -> None:
    await house.run()
    observer.walk_away()
    await house.dark(within_s=AFTER_THE_BRIDGE_S + 1, of="the last that came through")
    await house.server.state(lambda state: state.link != "connected", 15)
    observer.come_back()
    await house.linked(45)
    assert (await house.ended("deadman")).off_confirmed


async def an_adapter_without_power_is_used_again(house: House, system: System, _observer: Observer) -> None:
    await house.run()
    await system.bluetoothctl("power", "off")
    await house.server.state(lambda state: state.link != "connected", 5)
    await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the loss of power")
    await system.power_on()
    await house.linked(45)
    await house.run()
    await house.server.stop(PANEL, None)
    await house.dark(within_s=STOP_WITHIN_S, of="the stop")


async def a_bluetoothd_that_is_killed_is_noticed_and_used_again(house: House, system: System, _observer: Observer) -> None:
    await house.run()
    system.kill_bluetoothd()
    await house.server.state(lambda state: state.link != "connected" and state.run == "unknown", 3)
    await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the kill")
    await system.start_bluetoothd()
    await system.power_on()
    await house.linked(60)
    await house.run()
    await house.server.stop(PANEL, None)
    await house.dark(within_s=STOP_WITHIN_S, of="the stop")


PARTS: Final[Sequence[Callable[[House, System, Observer], Awaitable[None]]]] = (
    the_next_bridge_takes_over_the_link_that_was_left,
    a_mute_panel_is_unknown_and_goes_dark,
    an_emergency_stop_passes_a_stuck_request,
    a_panel_out_of_range_is_found_again,
    an_adapter_without_power_is_used_again,
    a_bluetoothd_that_is_killed_is_noticed_and_used_again,
)
