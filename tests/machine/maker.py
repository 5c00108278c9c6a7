"""A panel of another maker's bytes that asks for a bond, by a profile that says so, on the real bluetoothd and kernel [F48]."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

from ble_bridge.contract import wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.bluez.house import House
from tests.ble_bridge.profiles.example import changed
from tests.ble_bridge.scripted import PANEL, clearance, start
from tests.machine.bond import (
    its_passkey_stands_on_the_phone_once_the_button_was_held,
    the_code_that_is_shown_next_makes_the_bond,
)
from tests.machine.guest_system import System
from tests.machine.main_path import a_stop_turns_it_off_and_is_confirmed

AIR: Final = ("--radio", "home=glow", "--bonds")
MINUTE_S: Final = 60
"""Its timer is set in whole minutes."""


def put_profile(home: Path) -> None:
    folder = home / "profiles"
    folder.mkdir(parents=True)
    folder.joinpath("glow.toml").write_text(changed(("max_session_s = 1200", "max_session_s = 1200\nbonds = true")))


async def a_panel_of_another_make_is_found_and_chosen(house: House, _system: System, _observer: Observer) -> None:
    await house.choose()
    assert house.server.panels[0].identity.profile == "glow-example-1"


async def no_start_is_written_to_it_before_its_bond(house: House, system: System, observer: Observer) -> None:
    await house.server.send(wire.Watch(panel_id=PANEL, on=True))
    await house.server.state(lambda state: state.wrong == "not_bonded", 30)
    command = await house.server.order(start(uuid4()), clearance())
    assert not (await house.server.result(command, 30)).ok
    assert house.spans() == [], "lit without a bond"
    assert "Paired: no" in await system.bluetoothctl("info", observer.state()["address"])


async def a_start_lights_it_with_the_levels_that_were_asked(house: House, _system: System, observer: Observer) -> None:
    session = await house.run(duration_s=MINUTE_S)
    levels = {660: 40, 850: 20}
    args = wire.SetLevelsArgs(session_id=session, panel_id=PANEL, levels_pct=levels)
    assert (await house.server.result(await house.server.order(args))).ok
    await asyncio.to_thread(observer.wait_until, lambda state: state["light"] == levels, within_s=3)


async def it_is_bonded(_house: House, system: System, observer: Observer) -> None:
    assert "Paired: yes" in await system.bluetoothctl("info", observer.state()["address"])


PARTS: Final[Sequence[Callable[[House, System, Observer], Awaitable[None]]]] = (
    a_panel_of_another_make_is_found_and_chosen,
    no_start_is_written_to_it_before_its_bond,
    its_passkey_stands_on_the_phone_once_the_button_was_held,
    the_code_that_is_shown_next_makes_the_bond,
    it_is_bonded,
    a_start_lights_it_with_the_levels_that_were_asked,
    a_stop_turns_it_off_and_is_confirmed,
)
