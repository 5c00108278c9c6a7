"""The bridge's own process when it dies, is told to end, is shut out, or meets another panel than it knew."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from ble_bridge.contract import limits, wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, dark, until
from tests.ble_bridge.scripted import Bridge, ScriptedServer, bridge_and_server, clearance, find, lit_up, start

Pair = tuple[Bridge, ScriptedServer]


@pytest.fixture
async def both(tmp_path: Path, air: Air) -> AsyncIterator[Pair]:
    async with bridge_and_server(tmp_path, air) as pair:
        yield pair


async def test_P5_a_killed_bridge_leaves_the_lamp_to_its_dead_man_and_the_next_one_resolves_it(
    both: Pair, observer: Observer
) -> None:
    bridge, server = both
    session = uuid4()
    await lit_up(server, session)
    await asyncio.sleep(1)
    await bridge.kill()
    killed_s = time.monotonic()
    await until(observer, dark, within_s=limits.DEADMAN_MS / 1000 + 0.5)
    assert time.monotonic() - killed_s <= limits.DEADMAN_MS / 1000 + 0.5
    await bridge.start()
    await server.until(lambda: len(server.hellos) == 2)
    assert [(run.session_id, run.run_no) for run in server.hellos[-1].open_runs] == [(session, 1)]
    await server.until(lambda: server.told("ended"))
    ended = server.told("ended")[0]
    assert (ended.end_reason, ended.off_confirmed) == ("deadman", True)
    assert any(not e.confirmed for e in server.told("dose")), "the time that nobody saw is an upper bound"
    told_s = sum(e.on_time_s or 0 for e in server.told("dose"))
    (span,) = observer.spans()
    assert span.off_s is not None
    assert told_s >= span.off_s - span.on_s - 0.1
    result = await server.result(await server.order(start(session), clearance()))
    assert result.code == "repeated", "a run is started once, also over a restart"


async def test_B34_a_bridge_that_is_back_soon_turns_off_what_it_had_lit(both: Pair, observer: Observer) -> None:
    bridge, server = both
    await lit_up(server, uuid4())
    server.status = 503  # it does not need the server for that
    await bridge.kill()
    await bridge.start()
    await until(observer, dark, within_s=limits.DEADMAN_MS / 1000 + 0.5)
    server.status = None
    await server.until(lambda: server.told("ended"))
    assert server.told("ended")[0].off_confirmed is True
    assert server.told("ended")[0].end_reason in ("bridge_restart", "deadman")


async def test_B52_a_bridge_that_is_told_to_end_turns_off_first(both: Pair, observer: Observer) -> None:
    bridge, server = both
    await lit_up(server, uuid4())
    assert await bridge.end() == 0
    assert dark(observer.state())
    assert observer.state()["reason"] == "client"
    assert server.told("ended")[0].end_reason == "bridge_restart"


async def test_B4_a_revoked_bridge_turns_off_what_it_had_lit(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4())
    server.status = 401
    await server.close(4401)
    await until(observer, dark)


async def test_B30_a_panel_that_is_not_the_paired_one_is_not_lit(both: Pair, observer: Observer) -> None:
    _, server = both
    panel = server.panels[0]
    other = panel.identity.model_copy(update={"serial": "ANOTHER"})
    server.panels = [panel.model_copy(update={"identity": other})]
    await server.send(wire.Panels(panels=server.panels))
    result = await server.result(await server.order(start(uuid4()), clearance()))
    assert (result.ok, result.code) == (False, "identity_mismatch")
    assert observer.spans() == []


async def test_a_found_panel_blinks_before_it_is_paired(tmp_path: Path, air: Air, observer: Observer) -> None:
    async with bridge_and_server(tmp_path, air, paired=False) as (_, server):
        found = await find(server)
        assert found.name == observer.state()["name"]
        assert (found.profile, found.safety, found.confirm, found.virtual) == ("open-panel-1", "deadman", "token", True)
        assert found.blinks == "always"
        assert found.identity
        assert found.identity.serial == observer.state()["serial"]
        result = await server.result(await server.order(wire.IdentifyArgs(found_id=found.found_id)))
        assert result.ok, result
        assert observer.state()["identifying"]
        unknown = await server.result(await server.order(wire.IdentifyArgs(found_id="0" * 16)))
        assert unknown.code == "unknown_panel"
        assert observer.spans() == []
