"""A panel that asks for a bond, on the real bluetoothd and kernel: Secure Connections with a passkey typed in at it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import uuid4

from ble_bridge.contract import wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.bluez.house import STOP_WITHIN_S, House
from tests.ble_bridge.scripted import PANEL, clearance, start
from tests.machine.guest_system import System


async def a_panel_is_chosen_and_its_passkey_stands_on_the_phone(house: House, _system: System, _observer: Observer) -> None:
    await house.choose()
    await house.server.send(wire.Watch(panel_id=PANEL, on=True))
    await house.server.state(lambda state: state.passkey is not None, 30)


async def another_code_makes_no_bond_and_no_light(house: House, _system: System, observer: Observer) -> None:
    told = house.server.states[-1].passkey or ""
    observer.type(str(int(told) % 999_999 + 1))  # Bumble takes no 0
    await house.server.state(lambda state: state.passkey is None, 30)
    command = await house.server.order(start(uuid4()), clearance())
    assert not (await house.server.result(command, 30)).ok
    assert house.spans() == [], "lit without a bond"


async def the_right_code_makes_the_bond_and_lights_it(house: House, system: System, observer: Observer) -> None:
    await house.server.send(wire.Watch(panel_id=PANEL, on=True))
    state = await house.server.state(lambda state: state.passkey is not None, 45)
    observer.type(state.passkey or "")
    await house.server.state(lambda state: state.link == "connected" and state.passkey is None, 45)
    assert "Paired: yes" in await system.bluetoothctl("info", observer.state()["address"].split("/")[0])
    await house.run()
    await house.server.stop(PANEL, None)
    await house.dark(within_s=STOP_WITHIN_S, of="the stop")


async def the_bond_is_kept_for_the_next_link(house: House, _system: System, observer: Observer) -> None:
    observer.fault("drop_link", on=True)
    await house.server.state(lambda state: state.link != "connected", 15)
    observer.fault("drop_link", on=False)
    await asyncio.wait_for(house.linked(45), 60)
    assert house.server.states[-1].passkey is None, "asked again"
    await house.run()
    await house.server.stop(PANEL, None)
    await house.dark(within_s=STOP_WITHIN_S, of="the stop")


PARTS: Final[Sequence[Callable[[House, System, Observer], Awaitable[None]]]] = (
    a_panel_is_chosen_and_its_passkey_stands_on_the_phone,
    another_code_makes_no_bond_and_no_light,
    the_right_code_makes_the_bond_and_lights_it,
    the_bond_is_kept_for_the_next_link,
)
