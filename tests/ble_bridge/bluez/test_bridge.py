"""The bridge's own process on a BlueZ in software, judged by the panel's true light."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ble_bridge.drivers.open_panel_wire import CONTROL_POINT_UUID, EMERGENCY_STOP_UUID, STATUS_UUID
from ble_bridge.virtual.light import Span, lit_spans
from tests.ble_bridge.bluez.bus import Bus
from tests.ble_bridge.bluez.house import AFTER_THE_BRIDGE_S, DEADMAN_S, STOP_WITHIN_S, House, open_house
from tests.ble_bridge.bluez.mock import MockBlueZ
from tests.ble_bridge.scripted import PANEL


@pytest.fixture
async def house(bluez: MockBlueZ, bus: Bus, tmp_path: Path) -> AsyncIterator[House]:
    def spans() -> list[Span]:
        return lit_spans(bluez.panel.record.history())

    async with open_house(tmp_path, spans, DBUS_SYSTEM_BUS_ADDRESS=bus.address) as house:
        await house.pair()
        yield house


async def test_Z10_off_comes_before_the_link_is_let_go(house: House, bluez: MockBlueZ) -> None:
    await house.run()
    result = await house.server.result(await house.server.stop(PANEL, None))
    assert result.ok
    assert await house.dark(within_s=STOP_WITHIN_S, of="the stop") < STOP_WITHIN_S
    await house.ended("client")
    await house.run()
    writes = bluez.count("WriteValue", CONTROL_POINT_UUID)
    bluez.calls.clear()
    assert await house.bridge.end() == 0
    assert writes
    assert next(of for method, of in bluez.calls if method in ("WriteValue", "Disconnect")) == CONTROL_POINT_UUID
    await house.dark(within_s=0.1, of="the end of the bridge")
    assert not bluez.linked, "and then it is let go"


async def test_Z3_a_killed_bridge_finds_its_link_again(house: House, bluez: MockBlueZ) -> None:
    await house.run()
    await house.bridge.kill()
    assert await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the kill") > DEADMAN_S - 1.5, "by the dead-man"
    assert bluez.linked, "the link outlives its process"
    connects = bluez.count("Connect")
    await house.restart()
    await house.linked()
    assert (await house.ended("deadman")).off_confirmed
    assert bluez.count("Connect") == connects, "taken over as it was"
    await house.run()


async def test_Z1_a_run_ends_with_bluetoothd_and_the_next_one_is_with_the_next(house: House, bluez: MockBlueZ) -> None:
    await house.run()
    await bluez.die()
    await house.server.state(lambda state: state.link != "connected" and state.run == "unknown", 1)
    await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the end of bluetoothd")
    await bluez.start()
    await house.linked()
    assert (await house.ended("deadman")).off_confirmed
    await house.run()


async def test_Z2_a_run_ends_with_the_adapter(house: House, bluez: MockBlueZ) -> None:
    await house.run()
    bluez.unplug()
    await house.server.state(lambda state: state.link != "connected", 1)
    await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the pulling")
    bluez.plug_in()
    await house.linked()
    assert (await house.ended("deadman")).off_confirmed


async def test_Z6_an_old_table_is_no_other_panel(house: House, bluez: MockBlueZ) -> None:
    bluez.vanish()
    del bluez.table[STATUS_UUID]
    await house.server.state(lambda state: state.link != "connected")
    await house.linked()
    assert bluez.count("RemoveDevice") == 1
    await house.run()


async def test_Z11_a_stuck_request_holds_up_no_off(house: House, bluez: MockBlueZ) -> None:
    await house.run()
    bluez.fault("WriteValue", silent=True, of=CONTROL_POINT_UUID)
    await asyncio.sleep(1)  # until a keep-alive is stuck
    await house.server.stop(PANEL, None, emergency=True)
    assert await house.dark(within_s=0.5, of="the emergency stop") < 0.5
    assert bluez.count("WriteValue", EMERGENCY_STOP_UUID)


async def test_Z13_a_run_out_of_range_is_off_and_told_when_the_panel_is_back(house: House, bluez: MockBlueZ) -> None:
    await house.run()
    bluez.in_range = False
    bluez.drop_link()
    await house.dark(within_s=AFTER_THE_BRIDGE_S, of="the loss of the link")
    bluez.in_range = True
    await house.linked()
    assert (await house.ended("deadman")).off_confirmed


async def test_Z15_notifications_that_are_lost_are_made_up_for_by_reading(house: House, bluez: MockBlueZ) -> None:
    """Answers come as indications, so that none of them arrives either."""
    await house.run()
    bluez.deaf = True
    await asyncio.sleep(DEADMAN_S + 1)
    house.must_be_lit()
    assert house.server.states[-1].run == "running", "the panel is read, and says so"
    await house.server.stop(PANEL, None)
    await house.dark(within_s=STOP_WITHIN_S, of="the stop")
    await house.server.state(lambda state: state.off_confirmed is True)
