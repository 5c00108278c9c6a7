"""The server is away in a session: what goes on, what is tried, and what is told later (docs/bridge.md, B65-B67).

With real processes; what counts is what the lamp truly did.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import Any, Final

import httpx

from tests.e2e_relay.conftest import Home
from tests.e2e_relay.phone import Phone
from tests.e2e_relay.test_relay import assert_dose, lamp, session_in, start

BACK_WITHIN_S: Final = 2 * 1.3 + 2
"""The bridge looks for the server every 2 s, with jitter, and a stop takes 2 s at most [B5, P6]."""


async def pressed(phone: Phone, home: Home, started: dict[str, Any]) -> list[str]:
    """Stop, by each way that the phone has: what came of it."""
    ways = {
        "token": ("/api/therapy/stop", {"stop_token": started["stop_token"]}),
        "panel": (f"/api/therapy/panels/{home.panel_id}/stop", {}),
    }
    said = []
    for way, (path, body) in ways.items():
        try:
            said.append(f"{way} {(await phone.client.post(path, json=body, timeout=3)).status_code}")
        except httpx.TransportError:
            said.append(f"{way} nobody")
    return said


def stored(home: Home, session_id: str) -> list[tuple[str, int, str]]:
    with closing(sqlite3.connect(home.house.database)) as db:
        rows = "SELECT epoch, seq, event FROM sessions_app_sessionevent WHERE session_id = ? ORDER BY id"
        return list(db.execute(rows, (session_id.replace("-", ""),)))


async def back(home: Home) -> None:
    home.house.web.start()
    await asyncio.to_thread(home.house.wait, home.house.web_answers, home.house.web)


async def test_B65_a_session_ends_by_its_plan_without_the_server_and_is_told_once(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan(duration_s=8))
    await lamp(home, on=True)
    await asyncio.sleep(2)
    home.house.web.kill()
    assert await pressed(phone, home, started) == ["token nobody", "panel nobody"]
    await lamp(home, on=False, within_s=12)
    (span,) = home.house.lamp.spans()
    assert span.off_s is not None
    assert 7.5 <= span.off_s - span.on_s <= 8 + 1
    await asyncio.sleep(1)
    home.house.bridge.kill()  # what it has to tell lies on its disk
    home.house.bridge.start()
    await back(home)
    session = await session_in(phone, started, "ended")
    assert (session["end_reason"], session["confirmed"]) == ("completed", True)
    assert_dose(home, session)
    events = stored(home, started["session_id"])
    assert len({(epoch, seq) for epoch, seq, _ in events}) == len(events)
    numbers = [seq for _, seq, _ in events]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert [event for *_, event in events].count("ended") == 1


async def test_B66_a_stop_pressed_meanwhile_is_done_as_soon_as_the_server_is_back(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan(duration_s=60))
    await lamp(home, on=True)
    home.house.web.kill()
    away_until = time.monotonic() + 12  # the bridge's pauses have grown by then
    while time.monotonic() < away_until:
        assert await pressed(phone, home, started) == ["token nobody", "panel nobody"]
        await asyncio.sleep(0.5)
    assert any(home.house.lamp.state()["light"].values()), "the run goes on meanwhile"
    await back(home)
    begun = time.monotonic()
    while any(home.house.lamp.state()["light"].values()):
        assert time.monotonic() - begun < BACK_WITHIN_S
        assert "token 202" in await pressed(phone, home, started)
        await asyncio.sleep(0.3)
    session = await session_in(phone, started, "ended")
    assert session["end_reason"] == "client"
    assert_dose(home, session)
