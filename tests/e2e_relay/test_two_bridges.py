"""Two real bridges near one panel, in one air (docs/bridge.md, B70-B73). Judged by the lamp's true light and by who is linked."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.e2e_relay.conftest import EMAIL, Home, _move_in
from tests.e2e_relay.house import house
from tests.e2e_relay.phone import Phone
from tests.e2e_relay.test_relay import assert_dose, lamp, session_in, start, stop
from tests.patience import PATIENCE_S

NEAR, FAR = -50, -80
TOLD_WITHIN_S: Final = 2 * PATIENCE_S
"""A bridge tells every twelve seconds how well it hears; with a margin for a busy machine."""


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with house(bridges=2) as made:
        made.bridges[1].stop()  # let in after the panel is paired
        home = Home(made)
        asyncio.run(_both(home))
        yield home


async def _both(home: Home) -> None:
    home.house.lamp.rssi(1, NEAR)
    home.house.lamp.rssi(2, FAR)
    await _move_in(home)
    request = home.house.homes[1] / "enrol.json"
    home.house.bridges[1].start()
    home.house.wait(request.exists, home.house.bridges[1])
    async with Phone(home.house.origin) as phone:
        await phone.sign_in(EMAIL)
        await phone.ask("post", "/api/bridges/enrol/approve", {"user_code": json.loads(request.read_text())["user_code"]})
        await phone.until("/api/bridges", lambda bridges: sum(one["online"] for one in bridges) == 2, 20)


async def led_by(home: Home, phone: Phone, number: int, within_s: float = TOLD_WITHIN_S) -> None:
    """The bridge of this number leads the panel, as a person is told it."""
    bridges = {one["name"]: one["id"] for one in await phone.ask("get", "/api/bridges")}
    wanted = bridges["Bridge at home" if number == 1 else "Bridge 2"]
    await phone.until(f"/api/panels/{home.panel_id}", lambda panel: panel["bridge_id"] == wanted, within_s)


def linked(home: Home, number: int) -> int:
    """How often this bridge has linked to the panel so far."""
    return sum(line.get("event") == "linked" for line in home.house.bridges[number - 1].lines())


async def a_run(home: Home, phone: Phone, seconds: float) -> dict[str, Any]:
    started = await start(phone, home.plan())
    await lamp(home, on=True)
    await asyncio.sleep(seconds)
    return started


async def test_B72_the_bridge_that_hears_the_panel_best_leads_it_and_takes_over_only_in_the_dark(
    home: Home, phone: Phone
) -> None:
    await led_by(home, phone, 1)
    started = await a_run(home, phone, 1)
    assert linked(home, 2) == 0
    home.house.lamp.rssi(1, FAR)
    home.house.lamp.rssi(2, NEAR)
    await asyncio.sleep(15)  # the second has said so by now
    await led_by(home, phone, 1, 1)
    assert any(home.house.lamp.state()["light"].values()), "a lit panel is not handed over"
    assert linked(home, 2) == 0
    await stop(phone, started)
    await lamp(home, on=False, within_s=3)
    session = await session_in(phone, started, "ended")
    assert_dose(home, session)
    assert len(home.house.lamp.spans()) == 1

    await led_by(home, phone, 2)
    before = linked(home, 1)
    home.house.lamp.clear()
    started = await a_run(home, phone, 1)
    assert (linked(home, 1), linked(home, 2)) == (before, 1), "one bridge drives it: the new one"
    home.house.bridges[0].kill()  # the other one's death means nothing to it
    await asyncio.sleep(4)
    assert any(home.house.lamp.state()["light"].values())
    assert len(home.house.lamp.spans()) == 1
    home.house.bridges[0].start()
    await stop(phone, started)
    await lamp(home, on=False, within_s=3)
    assert_dose(home, await session_in(phone, started, "ended"))


async def test_B72_another_bridge_takes_over_from_one_that_is_away(home: Home, phone: Phone) -> None:
    home.house.lamp.rssi(1, FAR)
    home.house.lamp.rssi(2, NEAR)
    await led_by(home, phone, 2)
    home.house.bridges[1].stop()
    try:
        await led_by(home, phone, 1)
        started = await a_run(home, phone, 1)
        await stop(phone, started)
        await lamp(home, on=False, within_s=3)
        assert_dose(home, await session_in(phone, started, "ended"))
    finally:
        home.house.bridges[1].start()
