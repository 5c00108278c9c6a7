"""The hub over several processes and a real Valkey: the row is the truth, Redis only rings (docs/bridge.md, B10)."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from ble_bridge.contract import wire
from sessions_app.accounts.models import User
from sessions_app.panels.models import Bridge, Panel
from tests.sessions_app import live, scene
from tests.sessions_app.live import BridgeEnd, Phone, Server
from tests.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[list[Server], Valkey]]:
    with django_db_blocker.unblock(), live.servers(2, valkey=True) as made:
        yield made


@pytest.fixture
def web(house: tuple[list[Server], Valkey]) -> list[Server]:
    return house[0]


@pytest.fixture
def valkey(house: tuple[list[Server], Valkey]) -> Iterator[Valkey]:
    yield house[1]
    if house[1].process is None:
        house[1].start()


@contextlib.asynccontextmanager
async def bridge_at(server: Server, bridge: Bridge) -> AsyncIterator[BridgeEnd]:
    token = await sync_to_async(live.token_of)(bridge)
    async with live.bridge_end(server, token) as end:
        await end.hello()
        yield end


async def scanned(phone: Phone, server: Server, bridge: Bridge, end: BridgeEnd) -> float:
    """Seconds from the answer to a scan that was asked for at `server` to the bridge's ring for it."""
    asked = await phone.send(server, "post", f"/api/bridges/{bridge.pk}/scan")
    begun = time.monotonic()
    assert asked.status_code == 202, asked.text
    command_id = UUID(asked.json()["command_id"])
    while (await end.hear(wire.Ring)).command_id != command_id:
        pass
    took = time.monotonic() - begun
    assert isinstance(await end.claim(command_id), wire.Grant)
    return took


async def test_B10_a_bell_is_heard_in_another_process(web: list[Server], valkey: Valkey, alice: User, a_bridge: Bridge) -> None:
    phone = await Phone.of(alice)
    async with bridge_at(web[0], a_bridge) as bridge:
        took = sorted([await scanned(phone, web[1], a_bridge, bridge) for _ in range(5)])
    assert took[2] < 0.2, took


async def test_B10_with_valkey_killed_commands_still_go_within_two_seconds_and_fast_again_when_it_is_back(
    web: list[Server], valkey: Valkey, alice: User, a_bridge: Bridge
) -> None:
    phone = await Phone.of(alice)
    async with bridge_at(web[0], a_bridge) as bridge:
        valkey.kill()
        slow = [await scanned(phone, web[1], a_bridge, bridge) for _ in range(3)]
        assert max(slow) < 2, slow
        here = await scanned(phone, web[0], a_bridge, bridge)  # in the bridge's own process nothing needs Valkey
        assert here < 0.2
        await asyncio.to_thread(valkey.start)
        await asyncio.sleep(1.5)
        fast = sorted([await scanned(phone, web[1], a_bridge, bridge) for _ in range(5)])
        assert fast[2] < 0.2, fast


async def test_B14_with_valkey_killed_a_stop_still_reaches_a_bridge_of_another_process(
    web: list[Server], valkey: Valkey, ready: User, a_panel: Panel
) -> None:
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
    phone = await Phone.of(ready)
    async with bridge_at(web[0], a_panel.bridge) as bridge:
        assert isinstance(await bridge.claim(started.command.pk), wire.Grant)
        valkey.kill()
        await asyncio.sleep(0.3)
        begun = time.monotonic()
        answer = await phone.send(web[1], "post", f"/api/therapy/panels/{a_panel.pk}/stop", {})
        assert answer.status_code == 202
        stop = await bridge.hear(wire.Stop, 3)
        assert (stop.session_id, stop.run_no) == (started.session.pk, 1)
        assert time.monotonic() - begun < 2.5


async def test_B3_the_second_line_may_be_in_another_process(web: list[Server], valkey: Valkey, a_bridge: Bridge) -> None:
    async with bridge_at(web[0], a_bridge) as first:
        async with bridge_at(web[1], a_bridge):
            assert await first.closed() == 4409
        await live.eventually(lambda: Bridge.objects.get().line_id is None)


async def test_it_shows_and_watches_across_processes(web: list[Server], valkey: Valkey, alice: User, a_panel: Panel) -> None:
    phone = await Phone.of(alice)
    async with bridge_at(web[0], a_panel.bridge) as bridge, live.phone_end(web[1], phone) as screen:
        await screen.send(f'{{"type":"watch","panel_id":"{a_panel.pk}","on":true}}')
        assert (await bridge.hear(wire.Watch, 1)).on is True
        told = wire.PanelState(
            panel_id=a_panel.pk, link="connected", run="idle", session_id=None, levels_pct=None, remaining_s=None,
            elapsed_on_s=None, temperature_c=None, end_reason=None, off_confirmed=None, status_age_ms=5,
        )  # fmt: skip
        await bridge.send(told)
        assert (await screen.hear("panel_state", 1))["link"] == "connected"
        await phone.send(web[0], "patch", f"/api/panels/{a_panel.pk}", {"name": "Hall"})
        await screen.hear("sync", 1)
        await phone.send(web[0], "delete", "/_allauth/browser/v1/auth/session")
        assert await screen.closed(1) == 4401


async def test_a_bridge_whose_server_was_killed_finds_the_other(
    web: list[Server], valkey: Valkey, alice: User, a_bridge: Bridge
) -> None:
    phone = await Phone.of(alice)
    async with bridge_at(web[0], a_bridge) as bridge:
        web[0].kill()
        await bridge.closed()
    try:
        async with bridge_at(web[1], a_bridge) as bridge:
            assert await scanned(phone, web[1], a_bridge, bridge) < 0.2
    finally:
        await asyncio.to_thread(web[0].start)
