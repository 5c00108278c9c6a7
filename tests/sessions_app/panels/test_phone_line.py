"""A phone's line on a real server: who may open it, what it shows to whom, and when it closes."""

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core.signing import b64_decode
from django.db import connection
from websockets.exceptions import InvalidStatus

from ble_bridge.contract import limits, wire
from sessions_app.accounts.models import Membership, User
from sessions_app.panels import phone_line
from sessions_app.panels.models import Bridge, Panel
from tests.sessions_app import live, scene
from tests.sessions_app.live import BridgeEnd, Phone, Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    with django_db_blocker.unblock(), live.servers(live.AS_IN_LIFE, valkey=False) as (made, _):
        yield made[0]


@contextlib.asynccontextmanager
async def bridge_of(server: Server, bridge: Bridge) -> AsyncIterator[BridgeEnd]:
    token = await sync_to_async(live.token_of)(bridge)
    async with live.bridge_end(server, token) as end:
        await end.hello()
        yield end


def state(panel: Panel, **changes: Any) -> wire.PanelState:
    values: dict[str, Any] = {
        "panel_id": panel.pk, "link": "connected", "run": "idle", "session_id": None, "levels_pct": None, "remaining_s": None,
        "elapsed_on_s": None, "temperature_c": 31.5, "end_reason": None, "off_confirmed": None, "status_age_ms": 12,
    }  # fmt: skip
    return wire.PanelState.model_validate(values | changes)


async def test_P9_it_opens_for_a_signed_in_person_from_our_own_page(server: Server, alice: User, a_bridge: Bridge) -> None:
    phone = await Phone.of(alice)
    for origin, status in (("http://evil.example", 403), ("null", 403), ("http://localhost:9999", 403)):
        with pytest.raises(InvalidStatus) as refused:
            async with live.phone_end(server, phone, origin):
                pass
        assert refused.value.response.status_code == status
    for cookie in ("", "nirweb-session-8000=x", "a b;;c=%"):
        stranger = await Phone.of(alice)
        stranger.cookie = cookie
        with pytest.raises(InvalidStatus) as refused:
            async with live.phone_end(server, stranger):
                pass
        assert refused.value.response.status_code == 401
    async with live.phone_end(server, phone) as screen:
        assert await screen.raw() == {"type": "bridge", "bridge_id": str(a_bridge.pk), "online": True, "twice": False}
        await screen.send('{"type":"ping"}')
        await screen.hear("pong")


async def test_it_closes_when_the_person_signs_out(server: Server, alice: User) -> None:
    phone = await Phone.of(alice)
    async with live.phone_end(server, phone) as screen:
        await phone.send(server, "delete", "/_allauth/browser/v1/auth/session")
        assert await screen.closed() == 4401  # this screen never pings: it was told


async def test_it_closes_when_the_person_leaves_the_household_or_is_shut_out(server: Server, bob: User, alice: User) -> None:
    phone = await Phone.of(bob)
    async with live.phone_end(server, phone) as screen:
        await sync_to_async(Membership.objects.filter(user=bob).delete)()  # in another process: heard at the next ping
        await screen.send('{"type":"ping"}')
        assert await screen.closed() == 4401
    phone = await Phone.of(alice)
    async with live.phone_end(server, phone) as screen:
        await sync_to_async(User.objects.filter(pk=alice.pk).update)(is_active=False)
        await screen.send('{"type":"ping"}')
        assert await screen.closed() == 4401


@pytest.mark.parametrize(
    "text", ["", "x", '{"type":"start"}', '{"type":"ping","x":1}', '{"type":"watch","panel_id":"1","on":true}']
)
async def test_what_does_not_fit_closes_the_line(server: Server, alice: User, text: str) -> None:
    async with live.phone_end(server, await Phone.of(alice)) as screen:
        await screen.send(text)
        assert (await screen.hear("fault"))["fatal"] is True
        assert await screen.closed() == 4400


async def test_P9_it_shows_a_panels_state_to_the_household_and_whose_session_it_is_to_nobody_else(
    server: Server, ready: User, bob: User, charlie: User, a_panel: Panel
) -> None:
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
    phones = [await Phone.of(user) for user in (ready, bob, charlie)]
    async with (
        live.phone_end(server, phones[0]) as hers,
        live.phone_end(server, phones[1]) as his,
        live.phone_end(server, phones[2]) as strangers,
        bridge_of(server, a_panel.bridge) as bridge,
    ):
        await bridge.send(state(a_panel, run="running", session_id=started.session.pk, levels_pct={660: 50}, remaining_s=590.5))
        mine, theirs = await hers.hear("panel_state"), await his.hear("panel_state")
        assert (mine["mine"], mine["session_id"], mine["levels_pct"]) == (True, str(started.session.pk), {"660": 50})
        assert (theirs["mine"], theirs["person_id"], theirs["run"], theirs["remaining_s"]) == (
            False,
            str(ready.pk),
            "running",
            590.5,
        )
        assert [theirs[one] for one in ("session_id", "levels_pct", "elapsed_on_s")] == [None] * 3
        await strangers.silent(0.5)


async def test_Z16_a_panels_passkey_reaches_its_household_and_nobody_else(
    server: Server, alice: User, charlie: User, a_panel: Panel
) -> None:
    async with (
        live.phone_end(server, await Phone.of(alice)) as screen,
        live.phone_end(server, await Phone.of(charlie)) as strangers,
        bridge_of(server, a_panel.bridge) as bridge,
    ):
        await bridge.send(state(a_panel, link="connecting", passkey="042917"))
        assert (await screen.hear("panel_state"))["passkey"] == "042917"
        await bridge.send(state(a_panel, link="connected"))
        assert (await screen.hear("panel_state"))["passkey"] is None
        await strangers.silent(0.5)


async def test_P9_a_bridge_shows_only_its_own_panels(server: Server, alice: User, charlie: User, a_panel: Panel) -> None:
    theirs = await sync_to_async(lambda: scene.a_bridge(charlie.memberships.get().household))()
    async with live.phone_end(server, await Phone.of(alice)) as screen, bridge_of(server, theirs) as bridge:
        await bridge.send(state(a_panel, run="running"))
        await screen.silent(0.5, "bridge")


async def test_B50_a_watched_panel_is_watched_by_its_bridge_until_the_last_screen_closes(
    server: Server, alice: User, bob: User, a_panel: Panel
) -> None:
    watch = f'{{"type":"watch","panel_id":"{a_panel.pk}","on":true}}'
    async with bridge_of(server, a_panel.bridge) as bridge:
        async with live.phone_end(server, await Phone.of(alice)) as hers:
            await hers.send(watch)
            assert (await bridge.hear(wire.Watch)).on is True
            async with live.phone_end(server, await Phone.of(bob)) as his:
                await his.send(watch)
                assert (await bridge.hear(wire.Watch)).on is True
            assert (await bridge.hear(wire.Watch)).on is True  # renewed; that he closed his screen was not told
        assert (await bridge.hear(wire.Watch)).on is False


async def test_P9_nobody_watches_anothers_panel(server: Server, charlie: User, a_panel: Panel) -> None:
    async with bridge_of(server, a_panel.bridge) as bridge, live.phone_end(server, await Phone.of(charlie)) as screen:
        await screen.send(f'{{"type":"watch","panel_id":"{a_panel.pk}","on":true}}')
        assert (await screen.hear("fault"))["code"] == "not_found"
        check = {"type": "check", **scene.a_plan(a_panel).model_dump(mode="json")}
        await screen.send(json.dumps(check))
        assert (await screen.hear("fault"))["code"] == "not_found"
        await screen.send(f'{{"type":"pair_anew","panel_id":"{a_panel.pk}"}}')
        await bridge.silent(0.3)


async def test_Z18_a_bond_is_made_anew_at_the_word_of_who_looks_at_the_panel(server: Server, alice: User, a_panel: Panel) -> None:
    async with bridge_of(server, a_panel.bridge) as bridge, live.phone_end(server, await Phone.of(alice)) as screen:
        await screen.send(f'{{"type":"watch","panel_id":"{a_panel.pk}","on":true}}')
        await screen.send(f'{{"type":"pair_anew","panel_id":"{a_panel.pk}"}}')
        assert (await bridge.hear(wire.PairAnew)).panel_id == a_panel.pk


def made_ms(ticket: str) -> int:
    """When the server made it, by its own clock."""
    said = json.loads(b64_decode(ticket.partition(":")[0].encode()))
    return int(said["steady_ms"])


async def test_a_ticket_is_kept_fresh_while_the_screen_is_open(server: Server, ready: User, a_panel: Panel) -> None:
    phone = await Phone.of(ready)
    plan = scene.a_plan(a_panel).model_dump(mode="json")
    async with bridge_of(server, a_panel.bridge) as bridge, live.phone_end(server, phone) as screen:
        await screen.send(f'{{"type":"watch","panel_id":"{a_panel.pk}","on":true}}')
        await screen.send(json.dumps({"type": "check", **plan}))
        first = await screen.hear("ticket")
        assert (first["allowed"], first["reasons"], first["session_id"]) == (True, [], plan["session_id"])
        second = await screen.hear("ticket")
        assert made_ms(second["ticket"]) - made_ms(first["ticket"]) > 2_000
        assert 2 * phone_line.TICKET_EVERY_S * 1000 < limits.TICKET_LIFE_MS
        start = {"plan": plan, "ticket": second["ticket"], "person_id": str(ready.pk), "eyewear_confirmed": True, "run_no": 1}
        answer = await phone.send(server, "post", "/api/therapy/start", start)
        assert answer.status_code == 202, answer.text
        ring = await bridge.hear(wire.Ring)
        assert str(ring.command_id) == answer.json()["command_id"]
        busy = await screen.hear("ticket", allowed=False)
        assert busy["ticket"] is None
        assert [one["code"] for one in busy["reasons"]] == ["session_running"]
        other = await Phone.of(ready)  # the same person on another device
        again = await other.send(server, "post", "/api/therapy/start", start)
        assert again.json()["code"] == "ticket_invalid"


async def test_B51_still_here_reaches_the_bridge_from_the_sessions_own_person_only(
    server: Server, ready: User, bob: User, a_panel: Panel
) -> None:
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
    here = f'{{"type":"still_here","session_id":"{started.session.pk}"}}'
    async with bridge_of(server, a_panel.bridge) as bridge:
        async with live.phone_end(server, await Phone.of(bob)) as his:
            await his.send(here)
            assert (await his.hear("fault"))["code"] == "not_found"
        hers = await Phone.of(ready)
        async with live.phone_end(server, hers) as screen:
            await screen.send(here)
            assert (await bridge.hear(wire.StillHere)).session_id == started.session.pk
        answer = await hers.send(server, "post", f"/api/therapy/sessions/{started.session.pk}/still-here")
        assert answer.status_code == 204
        assert (await bridge.hear(wire.StillHere)).session_id == started.session.pk


async def test_B53_levels_are_taken_from_the_sessions_own_person_only_and_within_its_clearance(
    server: Server, ready: User, bob: User, a_panel: Panel
) -> None:
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))

    def levels(level_pct: int, wavelength_nm: int = 660) -> str:
        return json.dumps({"type": "levels", "session_id": str(started.session.pk), "levels_pct": {wavelength_nm: level_pct}})

    async with bridge_of(server, a_panel.bridge) as bridge:
        async with live.phone_end(server, await Phone.of(bob)) as his:
            await his.send(levels(20))
            refused = await his.hear("fault")
            assert (refused["about"], refused["code"], refused["fatal"]) == ("levels", "not_found", False)
        async with live.phone_end(server, await Phone.of(ready)) as screen:
            await bridge.claim((await bridge.hear(wire.Ring)).command_id)  # the start
            await screen.send(levels(101))
            assert (await screen.hear("fault"))["about"] == ""  # not a level at all: the line closes
        async with live.phone_end(server, await Phone.of(ready)) as screen:
            await screen.send(levels(20, 810))
            assert (await screen.hear("fault"))["code"] == "invalid"  # beyond the clearance
            await bridge.silent(0.3)
            await screen.send(levels(20))
            ring = await bridge.hear(wire.Ring)
            await screen.hear("command", command_id=str(ring.command_id), state="sent")
            grant = await bridge.claim(ring.command_id)
            assert isinstance(grant, wire.Grant)
            assert isinstance(grant.args, wire.SetLevelsArgs)
            assert grant.args.levels_pct == {660: 20}
            await screen.hear("command", command_id=str(ring.command_id), state="granted")


async def test_B53_levels_come_at_most_four_a_second(server: Server, ready: User, a_panel: Panel) -> None:
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
    levels = json.dumps({"type": "levels", "session_id": str(started.session.pk), "levels_pct": {"660": 20}})
    async with live.phone_end(server, await Phone.of(ready)) as screen:
        for _ in range(40):
            await screen.send(levels)
        fault = await screen.hear("fault")
        assert (fault["about"], fault["code"], fault["fatal"]) == ("levels", "throttled", False)


async def test_Y27_it_is_told_to_pull_when_a_request_changes_rows(server: Server, alice: User, bob: User, a_panel: Panel) -> None:
    hers, his = await Phone.of(alice), await Phone.of(bob)
    async with live.phone_end(server, his) as screen:
        await hers.send(server, "patch", f"/api/panels/{a_panel.pk}", {"name": "Hall"})
        await screen.hear("sync")


async def test_a_run_is_shown_as_it_goes(server: Server, ready: User, a_panel: Panel) -> None:
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
    run = await sync_to_async(scene.run_of)(started.session)
    journal = scene.Journal(a_panel.bridge)
    token = await sync_to_async(live.token_of)(a_panel.bridge)
    async with live.phone_end(server, await Phone.of(ready)) as screen, live.bridge_end(server, token) as bridge:
        bridge.epoch = journal.epoch
        await bridge.hello(open_runs=[{"session_id": started.session.pk, "run_no": 1}])
        await bridge.send(journal.event(run, "running"))
        await screen.hear("session", state="running")
        await bridge.send(journal.event(run, "dose", on_time_s=10, full_level_s={660: 5}))
        assert (await screen.hear("session", on_s=10.0))["full_level_s"] == {"660": 5.0}
        await bridge.send(journal.event(run, "ended", end_reason="completed", off_confirmed=True))
        shown = await screen.hear("session", state="ended")
        assert (shown["end_reason"], shown["off_confirmed"], shown["confirmed"]) == ("completed", True, True)


async def test_B8_a_panels_state_waits_for_no_row(server: Server, alice: User, a_panel: Panel) -> None:
    """What came before it on the line waits for a database that is locked; the state is shown all the same."""
    async with live.phone_end(server, await Phone.of(alice)) as screen, bridge_of(server, a_panel.bridge) as bridge:
        lock = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
            await bridge.send(wire.Claim(command_id=uuid4(), claim_id=uuid4()))
            await bridge.send(state(a_panel, run="ended", off_confirmed=True))
            assert (await screen.hear("panel_state"))["off_confirmed"] is True
        finally:
            lock.execute("ROLLBACK")
            lock.close()
        assert (await bridge.hear(wire.Deny)).code == "gone"
