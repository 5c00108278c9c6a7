"""A household in the house: one panel, and people enough that no body site is lit twice within its hours of rest."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Final

from sessions_app.base import new_id
from sessions_app.screening.sites import SITES
from tests.e2e_relay.house import House
from tests.e2e_relay.phone import Phone
from tests.running import PROJECT

OWNER: Final = "alice@example.org"
PLACES: Final = tuple(sorted(set(SITES) - {"face"}))
ROWS: Final = [{"distance_cm": 15.0, "irradiance_mw_cm2": 40.0}, {"distance_cm": 60.0, "irradiance_mw_cm2": 20.0}]
MEMBERS: Final = """
import django, sys
django.setup()
from sessions_app.accounts.models import Membership
from tests import factories
home = Membership.objects.get(user__email=sys.argv[1]).household
for number in range(int(sys.argv[2])):
    factories.member_of(home, email=f"person-{number}@example.org")
"""


@dataclass
class Household:
    house: House
    bridge_id: str
    panel_id: str


async def move_in(house: House, people: int) -> Household:
    """Enrolled, scanned and paired, as a person does it; then the others join."""
    async with Phone(house.origin) as phone:
        await phone.sign_up(OWNER)
        await phone.answer_health_questions()
        bridge_id = await _enrol(house, phone)
        panel_id = await _pair(phone, bridge_id)
    await asyncio.to_thread(_let_join, house, people)
    return Household(house, bridge_id, panel_id)


def _let_join(house: House, people: int) -> None:
    command = [sys.executable, "-c", MEMBERS, OWNER, str(people)]
    subprocess.run(command, cwd=PROJECT, env=house.environment, check=True, stdout=subprocess.DEVNULL)


async def person(house: House, number: int) -> Phone:
    phone = Phone(house.origin)
    await phone.sign_in(f"person-{number}@example.org")
    await phone.answer_health_questions()
    return phone


async def _enrol(house: House, phone: Phone) -> str:
    request = house.home / "enrol.json"
    house.wait(request.exists, house.bridge)
    bridge = await phone.ask("post", "/api/bridges/enrol/approve", {"user_code": json.loads(request.read_text())["user_code"]})
    await phone.until("/api/bridges", lambda bridges: any(one["online"] for one in bridges), 20)
    return str(bridge["id"])


async def _pair(phone: Phone, bridge_id: str) -> str:
    await phone.ask("post", f"/api/bridges/{bridge_id}/scan")
    here = f"/api/bridges/{bridge_id}/found"
    scanned = await phone.until(here, lambda found: found["panels"] and not found["scanning"], 30)
    (found,) = [one for one in scanned["panels"] if one["identity"]]
    channels: list[dict[str, Any]] = [
        {"wavelength_nm": one["wavelength_nm"], "irradiance": ROWS, "provenance": "meter"} for one in found["channels"]
    ]
    panel = {"id": str(new_id()), "bridge_id": bridge_id, "found_id": found["found_id"], "name": "Bedroom", "channels": channels}
    await phone.ask("post", "/api/panels", panel)
    return str(panel["id"])
