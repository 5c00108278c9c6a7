"""A panel that asks for a bond, on the real bluetoothd and kernel: its passkey is shown, and another one makes nothing.

The right one is refused there too, by whom is not known yet: that it makes the bond is shown on the BlueZ in software only.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import uuid4

from ble_bridge.contract import wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.bluez.house import House
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


PARTS: Final[Sequence[Callable[[House, System, Observer], Awaitable[None]]]] = (
    a_panel_is_chosen_and_its_passkey_stands_on_the_phone,
    another_code_makes_no_bond_and_no_light,
)
