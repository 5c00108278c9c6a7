"""The hub over several processes and a real Valkey: the row is the truth, Redis only rings (docs/bridge.md, B10)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from ble_bridge.contract import wire
from sessions_app.accounts.models import User
from sessions_app.panels import rounds
from sessions_app.panels.models import Bridge, Panel
from tests.sessions_app import live, scene
from tests.sessions_app.live import BridgeEnd, Phone, Server
from tests.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[list[Server], Valkey]]:
    with django_db_blocker.unblock(), live.servers(live.AS_IN_LIFE, live.AS_IN_LIFE, live.PROMPTED, valkey=True) as made:
        yield made


@pytest.fixture
def web(house: tuple[list[Server], Valkey]) -> list[Server]:
    return house[0][:2]


@pytest.fixture
def prompted(house: tuple[list[Server], Valkey]) -> Server:
    return house[0][2]


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


async def scanned(phone: Phone, server: Server, bridge: Bridge, end: BridgeEnd) -> None:
    """A scan is asked for at `server`, the bridge hears of it and takes it."""
    asked = await phone.send(server, "post", f"/api/bridges/{bridge.pk}/scan")
    assert asked.status_code == 202, asked.text
    command_id = UUID(asked.json()["command_id"])
    while (await end.hear(wire.Ring)).command_id != command_id:
        pass
    assert isinstance(await end.claim(command_id), wire.Grant)


async def test_B10_a_bell_is_heard_in_another_process(
    web: list[Server], prompted: Server, valkey: Valkey, alice: User, a_bridge: Bridge
) -> None:
    phone = await Phone.of(alice)
    async with bridge_at(prompted, a_bridge) as bridge:
        for _ in range(3):  # a bridge that says hello has one look taken for it, and no more
            await scanned(phone, web[1], a_bridge, bridge)


async def test_B10_with_valkey_killed_commands_still_go_within_two_seconds_and_by_bell_again_when_it_is_back(
    web: list[Server], prompted: Server, valkey: Valkey, alice: User, a_bridge: Bridge
) -> None:
    assert rounds.EVERY_S < 2
    phone = await Phone.of(alice)
    valkey.kill()
    async with bridge_at(web[0], a_bridge) as bridge:
        for _ in range(3):
            await scanned(phone, web[1], a_bridge, bridge)
    async with bridge_at(prompted, a_bridge) as bridge:
        for _ in range(3):  # in the bridge's own process nothing needs Valkey
            await scanned(phone, prompted, a_bridge, bridge)
        await asyncio.to_thread(valkey.start)
        for _ in range(3):  # what was rung for before the bell is heard again is looked for once, when it is
            await scanned(phone, web[1], a_bridge, bridge)


async def test_B14_with_valkey_killed_a_stop_still_reaches_a_bridge_of_another_process(
    web: list[Server], valkey: Valkey, ready: User, a_panel: Panel
) -> None:
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
    phone = await Phone.of(ready)
    async with bridge_at(web[0], a_panel.bridge) as bridge:
        assert isinstance(await bridge.claim(started.command.pk), wire.Grant)
        valkey.kill()
        answer = await phone.send(web[1], "post", f"/api/therapy/panels/{a_panel.pk}/stop", {})
        assert answer.status_code == 202
        stop = await bridge.hear(wire.Stop)
        assert (stop.session_id, stop.run_no) == (started.session.pk, 1)


async def test_B3_the_second_line_may_be_in_another_process(web: list[Server], valkey: Valkey, a_bridge: Bridge) -> None:
    async with bridge_at(web[0], a_bridge) as first:
        async with bridge_at(web[1], a_bridge):
            assert await first.closed() == 4409
        await live.eventually(lambda: Bridge.objects.get().line_id is None)


async def test_it_shows_and_watches_across_processes(
    web: list[Server], prompted: Server, valkey: Valkey, alice: User, a_panel: Panel
) -> None:
    phone = await Phone.of(alice)
    async with bridge_at(web[0], a_panel.bridge) as bridge, live.phone_end(prompted, phone) as screen:
        watch = f'{{"type":"watch","panel_id":"{a_panel.pk}","on":true}}'
        await screen.send(watch)
        assert (await bridge.hear(wire.Watch)).on is True
        async with live.phone_end(prompted, phone) as second:
            await second.send(watch)
            assert (await bridge.hear(wire.Watch)).on is True
        told = wire.PanelState(
            panel_id=a_panel.pk, link="connected", run="idle", session_id=None, levels_pct=None, remaining_s=None,
            elapsed_on_s=None, temperature_c=None, end_reason=None, off_confirmed=None, status_age_ms=5,
        )  # fmt: skip
        await bridge.send(told)
        assert (await screen.hear("panel_state"))["link"] == "connected"
        await phone.send(web[0], "patch", f"/api/panels/{a_panel.pk}", {"name": "Hall"})
        await screen.hear("sync")
        await phone.send(web[0], "delete", "/_allauth/browser/v1/auth/session")
        assert await screen.closed() == 4401


async def test_a_bridge_whose_server_was_killed_finds_the_other(
    web: list[Server], valkey: Valkey, alice: User, a_bridge: Bridge
) -> None:
    phone = await Phone.of(alice)
    async with bridge_at(web[0], a_bridge) as bridge:
        web[0].kill()
        await bridge.closed()
    try:
        async with bridge_at(web[1], a_bridge) as bridge:
            await scanned(phone, web[1], a_bridge, bridge)
    finally:
        await asyncio.to_thread(web[0].start)
