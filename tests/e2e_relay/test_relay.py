"""From the phone to the light and back, through every real part: the backbone of the product.

What counts is what the lamp truly did (`home.house.lamp`), never what server or bridge believe.
"""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.e2e_relay.conftest import Home
from tests.e2e_relay.house import full_level_s
from tests.e2e_relay.phone import Phone
from tests.patience import PATIENCE_S
from tests.running import PROJECT, wait_until

TRACE = "trace-of-the-tap"


async def checked(phone: Phone, plan: dict[str, Any]) -> str:
    verdict = await phone.ask("post", "/api/therapy/check", plan)
    assert verdict["allowed"], verdict["reasons"]
    return str(verdict["ticket"])


async def start(phone: Phone, plan: dict[str, Any], run_no: int = 1, **headers: str) -> dict[str, Any]:
    ticket = await checked(phone, plan)
    body = {"plan": plan, "ticket": ticket, "person_id": await phone.me(), "eyewear_confirmed": True, "run_no": run_no}
    return dict(await phone.ask("post", "/api/therapy/start", body, **headers))


async def lamp(home: Home, *, on: bool, within_s: float = PATIENCE_S) -> float:
    return await asyncio.to_thread(home.house.lamp_is, on=on, within_s=within_s)


async def reached(home: Home, levels: dict[int, int], within_s: float = PATIENCE_S) -> None:
    await asyncio.to_thread(home.house.lamp.wait_until, lambda state: state["light"] == levels, within_s=within_s)


async def stop(phone: Phone, started: dict[str, Any]) -> Any:
    return await phone.ask("post", "/api/therapy/stop", {"stop_token": started["stop_token"]})


async def session_in(phone: Phone, started: dict[str, Any], *states: str, within_s: float = 2 * PATIENCE_S) -> dict[str, Any]:
    path = f"/api/therapy/sessions/{started['session_id']}"
    return dict(await phone.until(path, lambda session: session["state"] in states, within_s))


def assert_dose(home: Home, session: dict[str, Any]) -> None:
    """What was booked is what the lamp truly gave: never less, and not a second and a half of full light more."""
    truly = full_level_s(home.house.lamp)
    assert any(truly.values())
    for nm, seconds in truly.items():
        booked = session["delivered"][str(nm)]
        assert seconds - 0.3 <= booked["full_level_s"] <= seconds + 1.5, (nm, seconds, booked)
        assert booked["fluence_j_cm2"] == pytest.approx(booked["full_level_s"] * 40 / 1000)


async def test_a_session_from_the_tap_to_the_booked_dose(home: Home, phone: Phone) -> None:
    async with phone.line() as line:
        await line.say(type="watch", panel_id=home.panel_id, on=True)
        await line.hear("panel_state", lambda state: state["link"] == "connected")
        plan = home.plan()
        await line.say(type="check", **plan)
        ticket = await line.hear("ticket")
        assert ticket["allowed"], ticket["reasons"]
        body = {"plan": plan, "ticket": ticket["ticket"], "person_id": await phone.me(), "eyewear_confirmed": True, "run_no": 1}
        started = await phone.ask("post", "/api/therapy/start", body, **{"X-Trace": TRACE})
        await lamp(home, on=True)
        shown = await line.hear("panel_state", lambda state: state["run"] == "running")
        assert (shown["mine"], shown["session_id"]) == (True, started["session_id"])
        await line.hear("session", lambda session: session["state"] == "running")
        await reached(home, {660: 60, 850: 40})
        await phone.ask("post", f"/api/therapy/sessions/{started['session_id']}/levels", {"levels_pct": {"660": 30, "850": 70}})
        await reached(home, {660: 30, 850: 70})
        await asyncio.sleep(1)
        assert await stop(phone, started) == {"sent": True}
        assert await lamp(home, on=False, within_s=2) < 2
        off = await line.hear("panel_state", lambda state: state["off_confirmed"] is True)
        assert off["run"] in {"ended", "idle"}
        ended = await line.hear("session", lambda session: session["state"] == "ended")
        assert (ended["end_reason"], ended["confirmed"], ended["off_confirmed"]) == ("client", True, True)
    session = await session_in(phone, started, "ended")
    assert_dose(home, session)
    for part in (home.house.web, home.house.bridge):
        assert any(line.get("trace") == TRACE for line in part.lines()), "the trace follows the command through every log"
    assert {"running", "dose", "ended"} <= {event["event"] for event in session["events"]}


async def test_B53_levels_over_the_line_reach_the_lamp_and_the_state_is_told_before_the_result(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan())
    await reached(home, {660: 60, 850: 40})
    wanted = {"660": 30, "850": 70}
    async with phone.line() as line:
        await line.say(type="levels", session_id=started["session_id"], levels_pct=wanted)
        done = await line.hear("command", lambda command: command["kind"] == "set_levels" and command["state"] == "ok")
        before = line.heard[: line.heard.index(done)]
        assert any(one["type"] == "panel_state" and one["levels_pct"] == wanted for one in before)
    await reached(home, {660: 30, 850: 70})
    await stop(phone, started)


async def test_P5_a_session_ends_by_the_panels_own_timer(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan(duration_s=8))
    await lamp(home, on=True)
    session = await session_in(phone, started, "ended")
    assert (session["end_reason"], session["confirmed"], session["remaining_s"]) == ("completed", True, 0)
    (span,) = home.house.lamp.spans()
    assert span.off_s is not None
    assert span.off_s - span.on_s <= 8 + 1
    assert_dose(home, session)


async def test_B28_a_pause_and_a_resume_with_the_time_that_is_left(home: Home, phone: Phone) -> None:
    plan = home.plan(duration_s=20)
    started = await start(phone, plan)
    await lamp(home, on=True)
    await asyncio.sleep(3)
    assert await phone.ask("post", f"/api/therapy/sessions/{started['session_id']}/pause") == {"sent": True}
    await lamp(home, on=False, within_s=2)
    paused = await session_in(phone, started, "paused")
    assert 14 <= paused["remaining_s"] <= 18
    await asyncio.sleep(1)
    assert not any(home.house.lamp.state()["light"].values()), "nothing restarts by itself"
    again = await start(phone, plan | {"duration_s": paused["remaining_s"]}, run_no=2)
    await lamp(home, on=True)
    await asyncio.sleep(2)
    await stop(phone, again)
    await lamp(home, on=False, within_s=2)
    session = await session_in(phone, again, "ended")
    assert session["run_no"] == 2
    assert_dose(home, session)


async def start_late(home: Home, phone: Phone) -> httpx.Response:
    """A tap that was held up in a tunnel."""
    plan = home.plan()
    ticket = await checked(phone, plan)
    await asyncio.sleep(10.2)
    body = {"plan": plan, "ticket": ticket, "person_id": await phone.me(), "eyewear_confirmed": True, "run_no": 1}
    return await phone.send("post", "/api/therapy/start", body)


async def test_P4_a_ticket_that_is_late_lights_nothing(home: Home, phone: Phone) -> None:
    answer = await start_late(home, phone)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_expired")
    await asyncio.sleep(1)
    assert home.house.lamp.spans() == []


async def test_P4_without_the_ticket_the_same_late_start_would_light(home: Home, phone: Phone) -> None:
    """The safeguard taken out (`planted_web`): the test above fails then, by the lamp's own light."""
    house = home.house
    product = house.web.command
    house.web.stop()
    house.web.command = [sys.executable, "-m", "tests.e2e_relay.planted_web", *product[3:]]
    house.web.start()
    try:
        await asyncio.to_thread(house.wait, house.web_answers, house.web)
        await phone.until("/api/bridges", lambda bridges: any(one["online"] for one in bridges), 20)
        started = (await start_late(home, phone)).json()
        await lamp(home, on=True)
        await stop(phone, started)
        await lamp(home, on=False, within_s=2)
    finally:
        house.web.stop()
        house.web.command = product
        house.web.start()
        await asyncio.to_thread(house.wait, house.web_answers, house.web)
    await phone.until("/api/bridges", lambda bridges: any(one["online"] for one in bridges), 20)


async def test_P2_the_same_start_twice_lights_once(home: Home, phone: Phone) -> None:
    plan = home.plan(duration_s=6)
    ticket = await checked(phone, plan)
    body = {"plan": plan, "ticket": ticket, "person_id": await phone.me(), "eyewear_confirmed": True, "run_no": 1}
    answers = await asyncio.gather(*[phone.send("post", "/api/therapy/start", body) for _ in range(4)])
    assert [one.status_code for one in answers] == [202] * 4
    assert len({one.json()["command_id"] for one in answers}) == 1
    await session_in(phone, answers[0].json(), "ended")
    assert len(home.house.lamp.spans()) == 1


async def test_P6_a_stop_turns_the_light_off_while_the_database_is_locked(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan())
    await lamp(home, on=True)
    lock = sqlite3.connect(home.house.database, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        await asyncio.sleep(0.5)
        answer = await phone.client.post("/api/therapy/stop", json={"stop_token": started["stop_token"]})
        assert answer.json() == {"sent": True}
        assert await lamp(home, on=False, within_s=2) < 2
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    session = await session_in(phone, started, "ended")
    assert session["off_confirmed"] is True
    assert_dose(home, session)


async def test_P5_a_server_killed_in_a_run_and_back(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan(duration_s=14))
    await lamp(home, on=True)
    await asyncio.sleep(2)
    home.house.web.kill()
    await asyncio.sleep(3)
    assert any(home.house.lamp.state()["light"].values()), "a run goes on to its planned end meanwhile [B5]"
    home.house.web.start()
    await asyncio.to_thread(home.house.wait, home.house.web_answers, home.house.web)
    session = await session_in(phone, started, "ended")
    (span,) = home.house.lamp.spans()
    assert span.off_s is not None
    assert span.off_s - span.on_s <= 14 + 1
    assert (session["end_reason"], session["confirmed"]) == ("completed", True)
    assert_dose(home, session)


def _put_back(home: Home, copy: Path) -> None:
    """As `manage.py restore` does it, of a backup that does not hold the bridge's journal."""
    house = home.house
    house.web.kill()
    house.lamp_is(on=False)
    house.worker.stop()
    for part in house.folder.glob("db.sqlite3*"):
        part.unlink()
    shutil.copy(copy, house.database)
    settle = "from sessions_app import clock; from sessions_app.sync import comeback; comeback.settle(clock.now())"
    subprocess.run(
        [sys.executable, "-m", "django", "shell", "--verbosity", "0", "-c", settle],
        cwd=PROJECT,
        env=house.environment,
        check=True,
    )
    house.web.start()
    house.wait(house.web_answers, house.web)
    house.worker.start()


def _told(home: Home) -> tuple[list[tuple[int, str]], int]:
    """Number and kind of what the server has of the bridge's journal, as it is now, and how much of it still waits there."""
    with closing(sqlite3.connect(home.house.home / "journal.sqlite3", timeout=PATIENCE_S)) as journal:
        (epoch,) = journal.execute("SELECT epoch FROM about").fetchone()
        (waiting,) = journal.execute("SELECT count(*) FROM event").fetchone()
    with closing(sqlite3.connect(home.house.database, timeout=PATIENCE_S)) as database:
        found = database.execute(
            "SELECT seq, event FROM sessions_app_sessionevent WHERE epoch = ? ORDER BY id", [UUID(epoch).hex]
        )
        return found.fetchall(), int(waiting)


async def test_K33_B46_a_database_put_back_under_a_bridge_that_told_it_more(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan(duration_s=12))
    await session_in(phone, started, "running")
    copy = home.house.folder / "copy.sqlite3"
    with closing(sqlite3.connect(home.house.database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    known = len(_told(home)[0])
    await asyncio.to_thread(wait_until, lambda: len(_told(home)[0]) > known and _told(home)[1] == 0, 10)
    await asyncio.to_thread(_put_back, home, copy)

    session = await session_in(phone, started, "ended")
    await asyncio.to_thread(wait_until, lambda: _told(home)[1] == 0, 10)
    events, _ = _told(home)
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1)), "of a new epoch, each once"
    assert [kind for _, kind in events].count("ended") == 1
    assert session["confirmed"] is False, "what was told in between is lost, so the plan counts in full"
    for nm, seconds in full_level_s(home.house.lamp).items():
        assert session["delivered"][str(nm)]["full_level_s"] >= seconds - 0.3
    again = await start(phone, home.plan())
    await lamp(home, on=True)
    await stop(phone, again)
    assert (await session_in(phone, again, "ended"))["end_reason"] == "client"


async def test_P6_a_stop_after_the_server_came_back(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan())
    await lamp(home, on=True)
    home.house.web.kill()
    home.house.web.start()
    await asyncio.to_thread(home.house.wait, home.house.web_answers, home.house.web)
    end = time.monotonic() + PATIENCE_S
    while any(home.house.lamp.state()["light"].values()):
        assert time.monotonic() < end
        await phone.client.post(
            "/api/therapy/stop", json={"stop_token": started["stop_token"]}
        )  # the phone tries until it is off
        await asyncio.sleep(0.3)
    session = await session_in(phone, started, "ended")
    assert session["end_reason"] == "client"


async def test_P5_a_bridge_killed_in_a_run_leaves_the_dead_man(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan())
    await lamp(home, on=True)
    await asyncio.sleep(2)
    killed_at = time.monotonic()
    home.house.bridge.kill()
    await lamp(home, on=False, within_s=5)
    (span,) = home.house.lamp.spans()
    assert span.off_s is not None
    assert span.off_s - killed_at <= 3 + 0.5
    home.house.bridge.start()
    session = await session_in(phone, started, "ended")
    assert session["state"] == "ended"
    await asyncio.sleep(2)
    assert len(home.house.lamp.spans()) == 1, "nothing restarts by itself"
    for nm, seconds in full_level_s(home.house.lamp).items():
        assert session["delivered"][str(nm)]["full_level_s"] >= seconds - 0.3, "the lost stretch counts, as an upper bound"


async def test_B10_with_valkey_killed_a_session_starts_and_stops(home: Home, phone: Phone) -> None:
    home.house.valkey.kill()
    try:
        started = await start(phone, home.plan())
        await lamp(home, on=True)
        await stop(phone, started)
        await lamp(home, on=False, within_s=2)
    finally:
        home.house.valkey.start()
    session = await session_in(phone, started, "ended")
    assert_dose(home, session)


async def test_P6_any_stop_wins_over_a_start_that_is_under_way(home: Home, phone: Phone) -> None:
    """The stop goes out at different moments after the start was answered."""
    lit = 0
    for wait_s in (0.0, 0.05, 0.2):
        started = await start(phone, home.plan(duration_s=30))
        await asyncio.sleep(wait_s)
        await stop(phone, started)
        session = await session_in(phone, started, "ended")
        assert not any(home.house.lamp.state()["light"].values())
        lit += session["delivered"].get("660", {"on_s": 0})["on_s"] > 0
        await asyncio.sleep(0.5)
        assert not any(home.house.lamp.state()["light"].values())
    assert lit <= 3


async def test_P7_a_mute_panel_is_never_shown_as_running(home: Home, phone: Phone) -> None:
    started = await start(phone, home.plan(duration_s=12))
    await lamp(home, on=True)
    async with phone.line() as line:
        await line.hear("panel_state", lambda state: state["run"] == "running")
        muted_at = time.monotonic()
        home.house.lamp.fault("mute", on=True)
        try:
            await line.hear("panel_state", lambda state: state["run"] != "running", within_s=6)
            assert time.monotonic() - muted_at <= 5
            await lamp(home, on=False, within_s=8)
        finally:
            home.house.lamp.fault("mute", on=False)
    session = await session_in(phone, started, "ended")
    for nm, seconds in full_level_s(home.house.lamp).items():
        assert session["delivered"][str(nm)]["full_level_s"] >= seconds - 0.3
