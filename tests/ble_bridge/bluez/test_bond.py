"""A panel that asks for a bond gets it with a passkey that a person saw and typed in, or not at all."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest

from ble_bridge.contract import wire
from ble_bridge.drivers.open_panel_wire import CONTROL_POINT_UUID, STATUS_UUID
from ble_bridge.virtual.light import Span, lit_spans
from tests.ble_bridge.bluez.adapter import PASSKEY
from tests.ble_bridge.bluez.bus import Bus
from tests.ble_bridge.bluez.house import House, open_house
from tests.ble_bridge.bluez.mock import MockBlueZ
from tests.ble_bridge.bluez.stand import until
from tests.ble_bridge.scripted import PANEL, clearance, start

CODE = f"{PASSKEY:06d}"


@pytest.fixture
async def house(bluez: MockBlueZ, bus: Bus, tmp_path: Path) -> AsyncIterator[House]:
    """Chosen on the phone, and not linked yet."""

    def spans() -> list[Span]:
        return lit_spans(bluez.panel.record.history())

    async with open_house(tmp_path, spans, DBUS_SYSTEM_BUS_ADDRESS=bus.address) as house:
        yield house


async def asked(house: House) -> None:
    """The panel is chosen and looked at; its passkey stands on the phone."""
    await house.choose()
    await house.server.send(wire.Watch(panel_id=PANEL, on=True))
    await house.server.state(lambda state: state.passkey == CODE)


async def must_not_start(house: House) -> None:
    command = await house.server.order(start(uuid4()), clearance())
    assert not (await house.server.result(command)).ok
    assert house.spans() == [], "it was lit without a bond"


async def test_Z16_a_passkey_stands_on_the_phone_and_makes_the_bond(house: House, bluez: MockBlueZ) -> None:
    bluez.ask_for_bond("passkey")
    await asked(house)
    told = [of for method, of in bluez.calls if method in ("WriteValue", "StartNotify", "ReadValue")]
    assert CONTROL_POINT_UUID not in told, "nothing else is said before"
    assert STATUS_UUID not in told
    bluez.typed.put_nowait(CODE)
    await house.server.state(lambda state: state.link == "connected" and state.passkey is None)
    await house.run()
    bluez.drop_link()
    await house.server.state(lambda state: state.link != "connected")
    await house.linked()
    assert bluez.count("Pair") == 1, "a bond is kept"


async def test_Z16_another_code_makes_none(house: House, bluez: MockBlueZ) -> None:
    bluez.ask_for_bond("passkey")
    await asked(house)
    bluez.typed.put_nowait("000000")
    await house.server.state(lambda state: state.passkey is None)
    await must_not_start(house)
    assert not bluez.bonded


async def test_Z18_a_code_that_was_mistyped_is_told_and_another_comes(house: House, bluez: MockBlueZ) -> None:
    bluez.ask_for_bond("passkey")
    await asked(house)
    bluez.typed.put_nowait("000000")
    await house.server.state(lambda state: state.wrong == "not_bonded" and state.passkey is None)
    await house.server.state(lambda state: state.passkey == CODE, 20)
    bluez.typed.put_nowait(CODE)
    await house.server.state(lambda state: state.link == "connected" and state.wrong is None)
    await house.run()


async def test_Z18_a_bond_that_the_panel_forgot_is_told_and_made_anew_by_who_asks(house: House, bluez: MockBlueZ) -> None:
    bluez.ask_for_bond("passkey")
    await asked(house)
    bluez.typed.put_nowait(CODE)
    await house.server.state(lambda state: state.link == "connected" and state.passkey is None)
    await house.server.send(wire.PairAnew(panel_id=PANEL))
    bluez.panel_forgot = True
    bluez.drop_link()
    await house.server.state(lambda state: state.wrong == "bond_lost", 30)
    assert bluez.count("RemoveDevice") == 0, "nobody asked for it, but while the bond was of use"
    assert bluez.bonded
    await house.server.send(wire.PairAnew(panel_id=PANEL))
    await house.server.state(lambda state: state.wrong == "not_bonded")
    await house.server.state(lambda state: state.passkey == CODE, 20)
    bluez.typed.put_nowait(CODE)
    await house.server.state(lambda state: state.link == "connected" and state.wrong is None)
    await house.run()


@pytest.mark.parametrize("how", ["just works", "confirmation"])
async def test_Z17_nothing_less_than_a_passkey_makes_a_bond(
    how: Literal["just works", "confirmation"], house: House, bluez: MockBlueZ
) -> None:
    bluez.ask_for_bond(how)
    await house.choose()
    await house.server.send(wire.Watch(panel_id=PANEL, on=True))
    await until(lambda: bluez.count("Pair"), 10, "BlueZ was asked to pair")
    await must_not_start(house)
    assert not bluez.bonded
    assert all(state.passkey is None for state in house.server.states)
