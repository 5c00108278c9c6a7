"""A bridge's line on a real server (docs/bridge.md, "The line")."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from websockets.exceptions import InvalidStatus

from ble_bridge.contract import limits, wire
from sessions_app import clock
from sessions_app.accounts.models import User
from sessions_app.panels import bridge_line, rounds, stops
from sessions_app.panels.models import Bridge, Command, Panel
from tests.sessions_app import live, scene
from tests.sessions_app.live import Phone, Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Server]]:
    with django_db_blocker.unblock(), live.servers(live.AS_IN_LIFE, live.PROMPTED, valkey=False) as (made, _):
        yield made


@pytest.fixture
def server(both: list[Server]) -> Server:
    return both[0]


@pytest.fixture
def prompted(both: list[Server]) -> Server:
    return both[1]


@pytest.fixture
def token(a_bridge: Bridge) -> str:
    Bridge.objects.update(line_id=None)
    return live.token_of(a_bridge)


async def test_B1_a_line_is_for_a_known_bridge_only(server: Server, token: str, a_bridge: Bridge) -> None:
    for wrong in (None, "x", token[:-1], "é"):
        with pytest.raises(InvalidStatus) as refused:
            async with live.bridge_end(server, wrong):
                pass
        assert refused.value.response.status_code == 401
    await Bridge.objects.aupdate(revoked_at=datetime.now(UTC))
    with pytest.raises(InvalidStatus):
        async with live.bridge_end(server, token):
            pass


async def test_B1_it_is_welcomed_with_its_panels(server: Server, token: str, a_panel: Panel) -> None:
    async with live.bridge_end(server, token) as bridge:
        welcome = await bridge.hello()
        assert welcome.bridge_id == a_panel.bridge_id
        assert welcome.acked_seq == 0
        assert [(one.panel_id, one.identity.serial) for one in welcome.panels] == [(a_panel.pk, "NV-0001")]
        row = await Bridge.objects.aget()
        assert (row.software, row.line_id is not None) == ("test 1", True)
    await live.eventually(lambda: Bridge.objects.get().line_id is None)


async def test_B1_another_protocol_is_told_so(server: Server, token: str) -> None:
    async with live.bridge_end(server, token) as bridge:
        hello = {"type": "hello", "protocol": 99, "software": "x", "epoch": str(uuid4()), "last_seq": 0, "open_runs": [],
                 "profiles": {}, "radios": []}  # fmt: skip
        await bridge.send(json.dumps(hello))
        fault = await bridge.raw()
        assert (fault["type"], fault["code"], fault["fatal"]) == ("fault", "protocol", True)
        assert await bridge.closed() == 4400


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        '{"type":"claim"}',
        '{"type":"start"}',
        json.dumps({"type": "claim", "command_id": str(uuid4()), "claim_id": str(uuid4()), "more": 1}),
        '{"type":"panel_state","temperature_c":NaN}',
        "[" * 60_000,
        '"' + "x" * limits.MAX_FRAME_BYTES + '"',
        "hello twice",
    ],
    ids=["empty", "no JSON", "a list", "half a claim", "a start", "an unknown field", "NaN", "deep", "large", "twice"],
)
async def test_B2_what_does_not_fit_closes_the_line(server: Server, token: str, text: str) -> None:
    async with live.bridge_end(server, token) as bridge:
        await bridge.hello()
        if text == "hello twice":
            text = json.dumps({"type": "hello", "protocol": 1, "software": "x", "epoch": str(uuid4()), "last_seq": 0,
                               "open_runs": [], "profiles": {}, "radios": []})  # fmt: skip
        await bridge.send(text)
        fault = await bridge.hear(wire.Fault)
        assert (fault.code, fault.fatal) == ("bad_message", True)
        assert await bridge.closed() == 4400


async def test_B2_bytes_are_no_message(server: Server, token: str) -> None:
    async with live.bridge_end(server, token) as bridge:
        await bridge.hello()
        await bridge.socket.send(b"\x00\x01")
        assert (await bridge.hear(wire.Fault)).code == "bad_message"


async def test_B3_a_second_line_closes_the_first_and_the_household_is_told(server: Server, token: str, alice: User) -> None:
    phone = await Phone.of(alice)
    async with live.phone_end(server, phone) as screen, live.bridge_end(server, token) as first:
        await first.hello()
        async with live.bridge_end(server, token) as second:
            await second.hello()
            assert await first.closed() == 4409
            await screen.hear("bridge", online=True, twice=True)
            await asyncio.sleep(0.2)
            assert (await Bridge.objects.aget()).line_id is not None
            await second.send(wire.Claim(command_id=uuid4(), claim_id=uuid4()))
            assert (await second.hear(wire.Deny)).code == "gone"


async def test_B4_revoking_stops_what_runs_and_closes_within_a_second(
    prompted: Server, token: str, ready: User, a_panel: Panel
) -> None:
    phone = await Phone.of(ready)
    async with live.bridge_end(prompted, token) as bridge:
        await bridge.hello()
        started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
        assert isinstance(await bridge.claim(started.command.pk), wire.Grant)
        answer = await phone.send(prompted, "delete", f"/api/bridges/{a_panel.bridge_id}")
        assert answer.status_code == 204
        stop = await bridge.hear(wire.Stop)
        assert (stop.panel_id, stop.session_id, stop.run_no) == (a_panel.pk, started.session.pk, 1)
        assert await bridge.closed() == 4401
    assert bridge_line.LAST_WORDS_S < 1
    with pytest.raises(InvalidStatus):
        async with live.bridge_end(prompted, token):
            pass


async def test_B11_from_the_phones_tap_to_the_grant_and_back(server: Server, token: str, alice: User, a_bridge: Bridge) -> None:
    phone = await Phone.of(alice)
    async with live.phone_end(server, phone) as screen, live.bridge_end(server, token) as bridge:
        await bridge.hello()
        asked = await phone.send(server, "post", f"/api/bridges/{a_bridge.pk}/scan", **{"X-Trace": "trace-from-the-phone"})
        assert asked.status_code == 202, asked.text
        ring = await bridge.hear(wire.Ring)
        assert (str(ring.command_id), ring.trace) == (asked.json()["command_id"], "trace-from-the-phone")
        grant = await bridge.claim(ring.command_id)
        assert isinstance(grant, wire.Grant)
        assert (grant.trace, grant.clearance) == ("trace-from-the-phone", None)
        await screen.hear("command", state="granted", command_id=str(ring.command_id))
        found = wire.Found(command_id=ring.command_id, panels=[scene.found_panel()], done=True)
        await bridge.send(found)
        shown = await screen.hear("found", scanning=False)
        assert shown["panels"][0]["name"] == "NIRWeb Virtual Panel"
        await bridge.send(wire.Result(command_id=ring.command_id, ok=True, code="ok", detail="", trace=ring.trace))
        await screen.hear("command", state="ok", command_id=str(ring.command_id))
    traced = {line["event"] for line in server.lines() if line.get("trace") == "trace-from-the-phone"}
    assert {"command made", "command granted", "result"} <= traced
    assert (await Command.objects.aget(pk=ring.command_id)).trace == "trace-from-the-phone"


async def test_B10_the_slow_poll_finds_what_no_bell_told_of(server: Server, token: str, ready: User, a_panel: Panel) -> None:
    assert rounds.EVERY_S < 2
    async with live.bridge_end(server, token) as bridge:
        await bridge.hello()
        # in this process, which has no hub and no bell
        started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
        assert (await bridge.hear(wire.Ring)).command_id == started.command.pk


async def test_B16_after_a_reconnect_only_what_lives_is_rung_for_and_every_stop_is_told(
    server: Server, token: str, ready: User, a_panel: Panel
) -> None:
    old = scene.moved(clock.now(), wall=-timedelta(seconds=11), steady_ms=-11_000)
    stop = wire.Stop(command_id=uuid4(), panel_id=a_panel.pk, session_id=uuid4(), run_no=1, trace=scene.TRACE)
    await sync_to_async(stops.record)(a_panel.bridge_id, stop, None, old)
    await sync_to_async(Bridge.objects.update)(line_id=uuid4(), last_seen_at=datetime.now(UTC))
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel), old)
    async with live.bridge_end(server, token) as bridge:
        await bridge.hello()
        assert await bridge.hear(wire.Stop) == stop
        denied = await bridge.claim(started.command.pk)
        assert isinstance(denied, wire.Deny)
        assert denied.code == "expired"
        await bridge.hear(wire.Stop)  # again and again, until it is answered
        await bridge.send(wire.Result(command_id=stop.command_id, ok=True, code="ok", detail="", trace=stop.trace))
        await live.eventually(lambda: Command.objects.get(pk=stop.command_id).state == "done")
        await bridge.silent(2.0, "stop")


async def test_B7_a_bridge_that_was_away_for_many_stops_is_told_in_turns(server: Server, token: str, a_panel: Panel) -> None:
    def keep(number: int) -> wire.Stop:
        stop = wire.Stop(command_id=uuid4(), panel_id=a_panel.pk, session_id=uuid4(), run_no=1, trace=f"trace-{number:03}")
        stops.record(a_panel.bridge_id, stop, None, clock.now())
        return stop

    waiting = {(await sync_to_async(keep)(number)).command_id for number in range(80)}
    async with live.bridge_end(server, token) as bridge:
        await bridge.hello()
        while waiting:
            stop = await bridge.hear(wire.Stop)
            waiting.discard(stop.command_id)
            await bridge.send(wire.Result(command_id=stop.command_id, ok=True, code="ok", detail="", trace=stop.trace))
        assert bridge.socket.close_code is None


async def test_B42_telemetry_is_acknowledged_and_sent_again_once(server: Server, token: str, ready: User, a_panel: Panel) -> None:
    await sync_to_async(Bridge.objects.update)(line_id=uuid4(), last_seen_at=datetime.now(UTC))
    started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
    run = await sync_to_async(scene.run_of)(started.session)
    journal = scene.Journal(a_panel.bridge)
    events = [journal.event(run, kind) for kind in ("arming", "running")]
    async with live.bridge_end(server, token) as bridge:
        bridge.epoch = journal.epoch
        assert (await bridge.hello(open_runs=[{"session_id": started.session.pk, "run_no": 1}])).acked_seq == 0
        for event in events:
            await bridge.send(event)
        assert [(await bridge.hear(wire.Ack)).seq for _ in events] == [1, 2]
    async with live.bridge_end(server, token) as bridge:
        bridge.epoch = journal.epoch
        welcome = await bridge.hello(last_seq=2, open_runs=[{"session_id": started.session.pk, "run_no": 1}])
        assert welcome.acked_seq == 2
        await bridge.send(events[1])
        assert (await bridge.hear(wire.Ack)).seq == 2
    await started.session.arefresh_from_db()
    assert started.session.state == "running"


async def test_B44_a_grant_lost_on_the_way_ends_without_light(server: Server, token: str, ready: User, a_panel: Panel) -> None:
    async with live.bridge_end(server, token) as bridge:
        epoch = bridge.epoch
        await bridge.hello()
        started = await sync_to_async(scene.started)(ready, scene.a_plan(a_panel))
        assert isinstance(await bridge.claim(started.command.pk), wire.Grant)
    async with live.bridge_end(server, token) as bridge:
        bridge.epoch = epoch
        await bridge.hello()
        await started.session.arefresh_from_db()
        await live.eventually(lambda: type(started.session).objects.get().state == "ended")
    await started.session.arefresh_from_db()
    assert (started.session.end_reason, started.session.on_s) == ("late", 0)


async def test_it_is_told_when_its_panels_change(server: Server, token: str, alice: User, a_panel: Panel) -> None:
    phone = await Phone.of(alice)
    async with live.bridge_end(server, token) as bridge:
        await bridge.hello()
        await phone.send(server, "patch", f"/api/panels/{a_panel.pk}", {"name": "Hall"})
        assert [one.name for one in (await bridge.hear(wire.Panels)).panels] == ["Hall"]
        await phone.send(server, "delete", f"/api/panels/{a_panel.pk}")
        assert (await bridge.hear(wire.Panels)).panels == []
