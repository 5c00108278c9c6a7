"""A panel that asks for a bond, on the real bluetoothd and kernel: only the passkey that is shown makes one, and it lasts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final
from uuid import uuid4

from ble_bridge.contract import wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.bluez.house import STOP_WITHIN_S, House
from tests.ble_bridge.scripted import PANEL, clearance, start
from tests.machine.faults import a_panel_out_of_range_is_found_again, the_next_bridge_takes_over_the_link_that_was_left
from tests.machine.guest_system import System
from tests.machine.main_path import (
    a_killed_bridge_leaves_it_to_the_dead_man,
    a_start_lights_it_and_levels_follow,
    a_stop_turns_it_off_and_is_confirmed,
)


async def a_chosen_panel_whose_button_was_not_held_shows_no_passkey(house: House, _system: System, _observer: Observer) -> None:
    await house.choose()
    await house.server.send(wire.Watch(panel_id=PANEL, on=True))
    await house.server.until(lambda: '"no bond"' in (house.bridge.folder / "log").read_text(), 30)
    assert all(state.passkey is None for state in house.server.states)


async def its_passkey_stands_on_the_phone_once_the_button_was_held(house: House, _system: System, observer: Observer) -> None:
    observer.button(held_s=3.0)
    await house.server.state(lambda state: state.passkey is not None, 30)
    assert house.spans() == [], "lit by a button that was held"


async def another_code_makes_no_bond_and_no_light(house: House, _system: System, observer: Observer) -> None:
    told = house.server.states[-1].passkey or ""
    observer.type(str(int(told) % 999_999 + 1))  # Bumble takes no 0
    await house.server.state(lambda state: state.passkey is None, 30)
    command = await house.server.order(start(uuid4()), clearance())
    assert not (await house.server.result(command, 30)).ok
    assert house.spans() == [], "lit without a bond"


async def the_code_that_is_shown_next_makes_the_bond(house: House, _system: System, observer: Observer) -> None:
    state = await house.server.state(lambda state: state.passkey is not None, 30)
    observer.type(state.passkey or "")
    await house.server.state(lambda state: state.link == "connected" and state.passkey is None, 15)


async def no_code_was_asked_for_again(house: House, system: System, observer: Observer) -> None:
    codes = [state.passkey for state in house.server.states if state.passkey]
    assert len(set(codes)) == 2, f"one that was mistyped and one that was not, and these were shown: {codes}"
    assert "Paired: yes" in await system.bluetoothctl("info", observer.state()["address"])


@contextlib.asynccontextmanager
async def looked_at(house: House) -> AsyncIterator[None]:
    """As by a phone whose screen stays open."""

    async def look() -> None:
        while True:
            await house.server.send(wire.Watch(panel_id=PANEL, on=True))
            await asyncio.sleep(10)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()


async def a_panel_that_forgot_its_bond_is_said_to_be_no_use(house: House, _system: System, observer: Observer) -> None:
    observer.forget_bonds()
    observer.power_cycle()
    async with looked_at(house):
        state = await house.server.state(lambda state: state.wrong is not None, 75)
    assert state.wrong == "bond_lost"


async def its_bond_is_made_anew_when_a_person_asks_for_it(house: House, _system: System, observer: Observer) -> None:
    observer.button(held_s=3.0)
    async with looked_at(house):
        await house.server.send(wire.PairAnew(panel_id=PANEL))
        await house.server.state(lambda state: state.wrong == "not_bonded", 5)
        state = await house.server.state(lambda state: state.passkey is not None, 55)
        observer.type(state.passkey or "")
        await house.server.state(lambda state: state.link == "connected" and state.wrong is None, 20)
        await house.run()
        await house.server.stop(PANEL, None)
        await house.dark(within_s=STOP_WITHIN_S, of="the stop")


PARTS: Final[Sequence[Callable[[House, System, Observer], Awaitable[None]]]] = (
    a_chosen_panel_whose_button_was_not_held_shows_no_passkey,
    its_passkey_stands_on_the_phone_once_the_button_was_held,
    another_code_makes_no_bond_and_no_light,
    the_code_that_is_shown_next_makes_the_bond,
    a_start_lights_it_and_levels_follow,
    a_stop_turns_it_off_and_is_confirmed,
    a_killed_bridge_leaves_it_to_the_dead_man,
    the_next_bridge_takes_over_the_link_that_was_left,
    a_panel_out_of_range_is_found_again,
    no_code_was_asked_for_again,
    a_panel_that_forgot_its_bond_is_said_to_be_no_use,
    its_bond_is_made_anew_when_a_person_asks_for_it,
)
