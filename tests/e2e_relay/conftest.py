"""One house for the module: enrolled, scanned, blinked at and paired as a person does it, over HTTP."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sessions_app.base import new_id
from sessions_app.screening.sites import SITES
from tests.e2e_relay.house import House, house
from tests.e2e_relay.phone import Phone
from tests.patience import PATIENCE_S

EMAIL = "alice@example.org"
ROWS = [{"distance_cm": 15.0, "irradiance_mw_cm2": 40.0}, {"distance_cm": 60.0, "irradiance_mw_cm2": 20.0}]


@dataclass
class Home:
    """A house with a paired panel, and body sites not yet lit: each session takes a place of its own, for the gap's sake."""

    house: House
    bridge_id: str = ""
    panel_id: str = ""
    sites: Iterator[str] = field(default_factory=lambda: iter(sorted(set(SITES) - {"face"})))

    def plan(self, **changes: Any) -> dict[str, Any]:
        plain = {
            "session_id": str(new_id()),
            "panel_id": self.panel_id,
            "sites": [next(self.sites)],
            "distance_cm": 15.0,
            "duration_s": 60,
            "levels_pct": {"660": 60, "850": 40},
            "eyewear": True,
        }
        return plain | changes


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with house() as made:
        home = Home(made)
        asyncio.run(_move_in(home))
        yield home


async def _move_in(home: Home) -> None:
    async with Phone(home.house.origin) as phone:
        await phone.sign_up(EMAIL)
        await phone.answer_health_questions()
        home.bridge_id = await _enrol(home.house, phone)
        found = await _find(home, phone)
        await _blink(home, phone, found["found_id"])
        home.panel_id = str(new_id())
        channels = [
            {"wavelength_nm": one["wavelength_nm"], "irradiance": ROWS, "provenance": "meter"} for one in found["channels"]
        ]
        wanted = {
            "id": home.panel_id,
            "bridge_id": home.bridge_id,
            "found_id": found["found_id"],
            "name": "Bedroom",
            "channels": channels,
        }
        await phone.ask("post", "/api/panels", wanted)


async def _enrol(house: House, phone: Phone) -> str:
    """The device grant, with the code that the bridge shows."""
    request = house.home / "enrol.json"
    house.wait(request.exists, house.bridge)
    code = json.loads(request.read_text())["user_code"]
    assert (await phone.ask("post", "/api/bridges/enrol/lookup", {"user_code": code}))["name"] == "Bridge at home"
    bridge = await phone.ask("post", "/api/bridges/enrol/approve", {"user_code": code})
    await phone.until("/api/bridges", lambda bridges: any(one["online"] for one in bridges), 20)
    return str(bridge["id"])


async def _find(home: Home, phone: Phone) -> dict[str, Any]:
    await phone.ask("post", f"/api/bridges/{home.bridge_id}/scan")
    here = f"/api/bridges/{home.bridge_id}/found"
    scanned = await phone.until(here, lambda found: found["panels"] and not found["scanning"], 30)
    (found,) = [one for one in scanned["panels"] if one["identity"]]
    return dict(found)


async def _blink(home: Home, phone: Phone, found_id: str) -> None:
    """The person sees which panel it is: it blinks, and that alone."""
    await phone.ask("post", f"/api/bridges/{home.bridge_id}/identify", {"found_id": found_id})
    await asyncio.to_thread(home.house.lamp.wait_until, lambda state: state["identifying"], within_s=PATIENCE_S)
    await asyncio.to_thread(home.house.lamp.wait_until, lambda state: not state["identifying"], within_s=PATIENCE_S)


@pytest.fixture
async def phone(home: Home) -> AsyncIterator[Phone]:
    home.house.lamp.clear()
    async with Phone(home.house.origin) as phone:
        await phone.sign_in(EMAIL)
        yield phone


@pytest.fixture(autouse=True)
def _dark(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves the lamp lit for the next."""
    yield
    home: Home = request.getfixturevalue("home")
    for _ in itertools.repeat(None, 100):
        if not any(home.house.lamp.state()["light"].values()):
            return
        time.sleep(0.2)
    raise AssertionError("the lamp stayed on")
