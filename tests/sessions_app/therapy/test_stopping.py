"""Stop by token on a real server: it waits for nothing (docs/bridge.md, B14; P6)."""

import asyncio
import sqlite3
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection

from ble_bridge.contract import wire
from nirweb import keys
from sessions_app.accounts.models import User
from sessions_app.panels import doorbell
from sessions_app.panels.models import Command, Panel
from sessions_app.therapy import stop_rows, view
from sessions_app.therapy.models import Session
from tests.conftest import Browser
from tests.patience import PATIENCE_S
from tests.sessions_app import live, scene
from tests.sessions_app.live import BridgeEnd, Phone, Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    with django_db_blocker.unblock(), live.servers(live.PROMPTED, valkey=False) as (made, _):
        yield made[0]


@pytest.fixture(autouse=True)
def _the_servers_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server derives its keys from its secret; tokens made here must be its own."""
    derived = keys.derived(settings.SECRET_KEY)
    monkeypatch.setattr(settings, "STOP_KEY", derived.stop)


async def stop(server: Server, token: str, **more: Any) -> httpx.Response:
    """As anybody may send it who holds the token: no cookie, no CSRF token."""
    async with httpx.AsyncClient() as client:
        return await client.post(
            f"http://{server.address}/api/therapy/stop",
            json={"stop_token": token, **more},
            headers={"Host": "localhost:8000"},
            timeout=PATIENCE_S,
        )


async def granted(bridge: BridgeEnd, user: User, panel: Panel) -> Session:
    """A session whose start the bridge holds."""
    started = await sync_to_async(scene.started)(user, scene.a_plan(panel))
    assert isinstance(await bridge.claim(started.command.pk), wire.Grant)
    return started.session


async def bridge_token(panel: Panel) -> str:
    return await sync_to_async(live.token_of)(panel.bridge)


async def test_P6_a_stop_is_heard_at_once_and_kept(server: Server, ready: User, a_panel: Panel) -> None:
    async with live.bridge_end(server, await bridge_token(a_panel)) as bridge:
        await bridge.hello()
        session = await granted(bridge, ready, a_panel)
        token = await sync_to_async(view.stop_token)(session, 1)
        answer = await stop(server, token)
        assert (answer.status_code, answer.json()) == (202, {"sent": True})
        heard = await bridge.hear(wire.Stop)
        assert (heard.session_id, heard.run_no, heard.emergency) == (session.pk, 1, False)
        await live.eventually(lambda: Command.objects.filter(pk=heard.command_id, kind="stop").exists())
        await live.eventually(lambda: Session.objects.get().state == "stopping")
        again = await stop(server, token, emergency=True)
        assert again.status_code == 202
        while not (await bridge.hear(wire.Stop)).emergency:
            pass


async def test_P6_a_stop_does_not_wait_for_a_locked_database(server: Server, ready: User, a_panel: Panel) -> None:
    async with live.bridge_end(server, await bridge_token(a_panel)) as bridge:
        await bridge.hello()
        session = await granted(bridge, ready, a_panel)
        token = await sync_to_async(view.stop_token)(session, 1)
        lock = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
            stuck = [asyncio.create_task(other_work(server)) for _ in range(30)]  # many requests wait for the database already
            await asyncio.sleep(0.3)
            answer = await stop(server, token)
            heard = await bridge.hear(wire.Stop)
            assert (answer.status_code, answer.json(), heard.session_id) == (202, {"sent": True}, session.pk)
            assert not any(one.done() for one in stuck), "each of them waits for the database until it gives up"
        finally:
            lock.execute("ROLLBACK")
            lock.close()
        await asyncio.gather(*stuck)
        await live.eventually(lambda: Command.objects.filter(pk=heard.command_id).exists())


async def other_work(server: Server) -> int:
    """A request that writes."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"http://{server.address}/api/bridges/enrol/device",
            data={"client_id": "nirweb-bridge", "name": str(uuid4())},
            headers={"Host": "localhost:8000"},
            timeout=PATIENCE_S,
        )
        return answer.status_code


async def test_a_stop_that_no_bridge_hears_says_so_and_is_told_when_one_is_back(
    server: Server, ready: User, a_panel: Panel
) -> None:
    async with live.bridge_end(server, await bridge_token(a_panel)) as bridge:
        await bridge.hello()
        session = await granted(bridge, ready, a_panel)
    token = await sync_to_async(view.stop_token)(session, 1)
    answer = await stop(server, token)
    assert answer.json() == {"sent": False}
    await live.eventually(lambda: Command.objects.filter(kind="stop").exists())
    async with live.bridge_end(server, await bridge_token(a_panel)) as bridge:
        await bridge.hello(open_runs=[{"session_id": session.pk, "run_no": 1}])
        assert (await bridge.hear(wire.Stop)).session_id == session.pk


def test_P6_a_stop_asks_the_database_nothing(
    ready: User, a_panel: Panel, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = scene.started(ready, scene.a_plan(a_panel)).session
    browser = Browser(ready)
    browser.get("/api/me")  # its cookies are those of somebody who is signed in
    body = {"stop_token": view.stop_token(session, 1)}
    monkeypatch.setattr(stop_rows, "write", lambda row, trace: None)  # the row is the one thing that is written, and later
    with django_assert_num_queries(0):
        answer = browser.generic_json("post", "/api/therapy/stop", body)
    assert answer.status_code == 202


async def test_P6_stops_of_panels_that_wait_for_the_database_hold_no_stop_up(server: Server, ready: User, a_panel: Panel) -> None:
    phone = await Phone.of(ready)
    async with live.bridge_end(server, await bridge_token(a_panel)) as bridge:
        await bridge.hello()
        session = await granted(bridge, ready, a_panel)
        token = await sync_to_async(view.stop_token)(session, 1)
        lock = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
            pauses = [
                asyncio.create_task(phone.send(server, "post", f"/api/therapy/sessions/{session.pk}/pause")) for _ in range(12)
            ]
            by_panel = await phone.send(server, "post", f"/api/therapy/panels/{a_panel.pk}/stop", {})
            assert (by_panel.status_code, by_panel.json()) == (202, {"sent": True})
            assert (await stop(server, token)).status_code == 202
            assert (await bridge.hear(wire.Stop)).session_id == session.pk
            assert (await bridge.hear(wire.Stop)).session_id == session.pk
            assert not any(one.done() for one in pauses), "each of them waits for the database until it gives up"
        finally:
            lock.execute("ROLLBACK")
            lock.close()
        await asyncio.gather(*pauses)
        await live.eventually(lambda: Command.objects.filter(kind="stop").count() >= 2)


@pytest.mark.parametrize("token", ["", "x", "e30:x", "x" * 1001])
async def test_P10_a_stop_that_is_not_ours_is_refused(server: Server, token: str) -> None:
    answer = await stop(server, token)
    assert answer.status_code in {403, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_session_of_somebody_who_is_erased_is_stopped_first(
    ready: User, a_panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guest's time may end in a session."""
    session = scene.started(ready, scene.a_plan(a_panel)).session
    rung: list[wire.Stop] = []
    monkeypatch.setattr(doorbell, "send", lambda bridge_id, message: rung.append(message))
    ready.delete()
    assert [(one.session_id, one.run_no) for one in rung] == [(session.pk, 1)]
