"""The bridge's own process, from the wire to true light: a real line, real bleak calls, a virtual panel in another process.

Light is judged by the observer; what the bridge says is compared with it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ble_bridge.contract import limits, wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, dark, lit, until
from tests.ble_bridge.scripted import PERSON, Bridge, ScriptedServer, bridge_and_server, find, trace_of, watch

PANEL = UUID(int=7)
Pair = tuple[Bridge, ScriptedServer]


@pytest.fixture
async def both(tmp_path: Path, air: Air) -> AsyncIterator[Pair]:
    async with bridge_and_server(tmp_path, air) as pair:
        yield pair


def clearance(**changes: Any) -> wire.Clearance:
    wide: dict[str, Any] = {
        "person_id": PERSON, "sites": ["face"], "wavelengths_nm": [660, 850], "max_level_pct": {660: 100, 850: 100},
        "max_duration_s": 600, "max_fluence_j_cm2": 50.0, "irradiance_mw_cm2": {660: 30.0, 850: 30.0},
    }  # fmt: skip
    return wire.Clearance(**{**wide, **changes})


def start(session: UUID, run_no: int = 1, **changes: Any) -> wire.StartArgs:
    plain: dict[str, Any] = {"duration_s": 60, "levels_pct": {660: 80, 850: 50}, "ramp_s": 0}
    return wire.StartArgs(session_id=session, run_no=run_no, panel_id=PANEL, **{**plain, **changes})


async def lit_up(server: ScriptedServer, session: UUID, run_no: int = 1, **changes: Any) -> wire.Result:
    result = await server.result(await server.order(start(session, run_no, **changes), clearance()))
    assert result.ok, result
    await server.state(lambda state: state.run == "running")
    return result


async def test_it_runs_a_session_from_start_to_stop(both: Pair, observer: Observer) -> None:
    bridge, server = both
    session = uuid4()
    begin = await server.order(start(session, ramp_s=1), clearance())
    result = await server.result(begin)
    assert (result.ok, result.code, result.trace) == (True, "ok", trace_of(begin))
    running = await server.state(lambda state: state.run == "running")
    assert running.session_id == session
    assert lit(observer.state())
    await until(observer, lambda state: state["light"] == {660: 80, 850: 50}, within_s=3)

    change = wire.SetLevelsArgs(session_id=session, panel_id=PANEL, levels_pct={660: 30, 850: 70})
    assert (await server.result(await server.order(change))).ok
    assert observer.state()["light"] == {660: 30, 850: 70}

    pause = await server.stop(PANEL, session, 1)
    assert (await server.result(pause)).ok
    assert dark(observer.state())
    paused = await server.state(lambda state: state.run == "ended")
    assert (paused.end_reason, paused.off_confirmed) == ("client", True)

    await lit_up(server, session, 2, duration_s=50)
    assert lit(observer.state())
    assert (await server.result(await server.stop(PANEL, session, 2))).ok
    assert dark(observer.state())

    await server.until(lambda: len(server.told("ended")) == 2)
    assert len(observer.spans()) == 2
    for nm in (660, 850):
        told_s = sum((e.full_level_s or {}).get(nm, 0) for e in server.told("dose"))
        assert told_s == pytest.approx(true_full_level_s(observer, nm), abs=0.5)
    assert all(e.confirmed for e in server.told("dose"))
    assert {line.get("trace") for line in bridge.log()} >= {trace_of(begin), trace_of(pause)}


def true_full_level_s(observer: Observer, nm: int) -> float:
    return sum((after.t - before.t) * before.levels[nm] / 100 for before, after in pairwise(observer.history()))


async def test_the_panels_timer_ends_a_run(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4(), duration_s=2)
    ended = await server.state(lambda state: state.run == "ended")
    assert (ended.end_reason, ended.off_confirmed) == ("completed", True)
    (span,) = observer.spans()
    assert span.off_s is not None
    assert span.off_s - span.on_s == pytest.approx(2.0, abs=0.2)


async def test_B12_a_grant_that_comes_late_lights_nothing(both: Pair, observer: Observer) -> None:
    _, server = both
    command = await server.order(start(uuid4()), clearance(), hold_grant_s=limits.GRANT_WITHIN_MS / 1000 + 0.1)
    result = await server.result(command)
    assert (result.ok, result.code) == (False, "late")
    assert observer.spans() == []


async def test_B20_a_start_over_the_clearance_lights_nothing(both: Pair, observer: Observer) -> None:
    _, server = both
    for cleared, code in ((None, "no_clearance"), (clearance(max_level_pct={660: 79, 850: 100}), "over_limit")):
        result = await server.result(await server.order(start(uuid4()), cleared))
        assert (result.ok, result.code) == (False, code)
    assert observer.spans() == []


async def test_B14_a_stop_before_its_start_wins(both: Pair, observer: Observer) -> None:
    _, server = both
    session = uuid4()
    stop = await server.stop(PANEL, session, 1)
    assert (await server.result(stop)).ok
    result = await server.result(await server.order(start(session), clearance()))
    assert result.code == "stopped"
    assert observer.spans() == []


async def test_B14_a_stop_between_claim_and_grant_wins(both: Pair, observer: Observer) -> None:
    _, server = both
    command = await server.order(start(uuid4()), clearance(), hold_grant_s=0.5)
    await server.until(lambda: server.rows[command].claims)
    await server.stop(PANEL, None)
    assert (await server.result(command)).code == "stopped"
    assert observer.spans() == []


async def test_B14_a_stop_for_a_panel_that_nobody_knows_is_answered(both: Pair) -> None:
    _, server = both
    assert (await server.result(await server.stop(UUID(int=99), None))).code == "unknown_panel"


async def test_B13_a_command_is_acted_on_once(both: Pair, observer: Observer) -> None:
    _, server = both
    session = uuid4()
    command = await server.order(start(session), clearance())
    assert (await server.result(command)).ok
    await server.result(await server.stop(PANEL, session))
    server.rows[command].claims.clear()
    await server.ring(command)
    await asyncio.sleep(0.5)
    assert server.rows[command].claims == []
    assert len(observer.spans()) == 1


async def test_B22_a_mute_panel_is_stopped_by_the_emergency_stop(both: Pair, observer: Observer) -> None:
    _, server = both
    session = uuid4()
    await lit_up(server, session)
    observer.fault("mute", on=True)
    tapped_s = time.monotonic()
    stop = await server.stop(PANEL, session)
    await until(observer, dark, within_s=2)
    assert time.monotonic() - tapped_s < 1.5
    assert (await server.result(stop)).code in ("not_confirmed", "not_connected")
    assert server.states[-1].off_confirmed is not True, "dark, but nobody said so"
    observer.fault("mute", on=False)
    done = await server.state(lambda state: state.off_confirmed is True, within_s=40)
    assert done.run == "ended"


async def test_B25_a_panel_that_says_nothing_is_not_kept_alive(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4())
    observer.fault("no_status", on=True)
    silent_s = time.monotonic()
    await server.state(lambda state: state.run == "unknown", within_s=5)
    assert time.monotonic() - silent_s < 5
    await until(observer, dark, within_s=limits.STATUS_SILENCE_MS / 1000 + limits.DEADMAN_MS / 1000)


async def test_B35_a_link_lost_and_back_in_a_run(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4())
    observer.walk_away()
    unknown = await server.state(lambda state: state.run == "unknown", within_s=8)
    assert unknown.levels_pct is None
    await until(observer, dark, within_s=limits.DEADMAN_MS / 1000 + 0.5)
    observer.come_back()
    ended = await server.state(lambda state: state.run == "ended", within_s=20)
    assert ended.off_confirmed is True
    assert ended.end_reason in ("deadman", "link_lost")
    await asyncio.sleep(1)
    assert len(observer.spans()) == 1, "nothing restarts by itself"


async def test_B35_a_link_that_is_back_at_once_goes_on(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4())
    observer.fault("drop_link", on=True)
    observer.fault("drop_link", on=False)
    await server.until(lambda: server.told("unknown"))
    await server.until(lambda: server.told("resolved") or server.told("ended"))
    if server.told("resolved"):
        await asyncio.sleep(4)
        assert lit(observer.state()), "kept alive again"
    assert len(observer.spans()) == 1


async def test_B5_a_run_goes_on_without_the_server_and_a_stop_works_after(both: Pair, observer: Observer) -> None:
    _, server = both
    session = uuid4()
    await lit_up(server, session)
    server.status = 503
    await server.drop()
    await asyncio.sleep(4)
    assert lit(observer.state())
    server.status = None
    await server.until(lambda: server.online)
    assert [(run.session_id, run.run_no) for run in server.hellos[-1].open_runs] == [(session, 1)]
    assert (await server.result(await server.stop(PANEL, session))).ok
    assert dark(observer.state())


async def test_B42_telemetry_arrives_once_and_in_order_over_reconnects(both: Pair, observer: Observer) -> None:
    _, server = both
    session = uuid4()
    server.acks = False
    await lit_up(server, session)
    await server.until(lambda: any(e.event == "running" for e in server.received))
    await server.drop()
    server.acks = True
    await server.until(lambda: server.online)
    await server.result(await server.stop(PANEL, session))
    await server.until(lambda: server.told("ended"))
    seqs = [seq for _, seq in server.events]
    assert seqs == list(range(1, len(seqs) + 1)), "without gaps"
    again = [e.seq for e in server.received]
    assert len(again) > len(set(again)), "what was not acknowledged was sent again"
    assert observer.spans()


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
    await server.until(lambda: server.told("ended"), within_s=20)
    assert server.told("ended")[0].off_confirmed is True
    assert server.told("ended")[0].end_reason in ("bridge_restart", "deadman")


async def test_B52_a_bridge_that_is_told_to_end_turns_off_first(both: Pair, observer: Observer) -> None:
    bridge, server = both
    await lit_up(server, uuid4())
    asked_s = time.monotonic()
    assert await bridge.end() == 0
    assert time.monotonic() - asked_s < 4
    assert dark(observer.state())
    assert observer.state()["reason"] == "client"
    assert server.told("ended")[0].end_reason == "bridge_restart"


async def test_B4_a_revoked_bridge_turns_off_what_it_had_lit(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4())
    server.status = 401
    await server.close(4401)
    await until(observer, dark, within_s=2)


async def test_B30_a_panel_that_is_not_the_paired_one_is_not_lit(both: Pair, observer: Observer) -> None:
    _, server = both
    panel = server.panels[0]
    other = panel.identity.model_copy(update={"serial": "ANOTHER"})
    server.panels = [panel.model_copy(update={"identity": other})]
    await server.send(wire.Panels(panels=server.panels))
    result = await server.result(await server.order(start(uuid4()), clearance()), within_s=20)
    assert (result.ok, result.code) == (False, "identity_mismatch")
    assert observer.spans() == []


async def test_B36_light_from_the_panels_own_button_is_told_and_not_taken_over(both: Pair, observer: Observer) -> None:
    _, server = both
    observer.button()
    foreign = await server.state(lambda state: state.foreign)
    assert foreign.run == "idle"
    assert (await server.result(await server.order(start(uuid4()), clearance()))).code == "busy"
    assert lit(observer.state())
    assert (await server.result(await server.stop(PANEL, None))).ok
    assert dark(observer.state())
    await server.until(lambda: server.told("foreign_on"))


async def test_a_found_panel_blinks_before_it_is_paired(tmp_path: Path, air: Air, observer: Observer) -> None:
    async with bridge_and_server(tmp_path, air, paired=False) as (_, server):
        found = await find(server)
        assert found.name == observer.state()["name"]
        assert (found.profile, found.safety, found.confirm, found.virtual) == ("open-panel-1", "deadman", "token", True)
        assert found.identity
        assert found.identity.serial == observer.state()["serial"]
        result = await server.result(await server.order(wire.IdentifyArgs(found_id=found.found_id)))
        assert result.ok, result
        assert observer.state()["identifying"]
        unknown = await server.result(await server.order(wire.IdentifyArgs(found_id="0" * 16)))
        assert unknown.code == "unknown_panel"
        assert observer.spans() == []


async def test_a_paired_panel_is_listed_as_such_while_its_link_is_held(both: Pair) -> None:
    _, server = both
    assert (await find(server)).paired_panel_id == PANEL


async def test_B50_the_link_is_let_go_when_the_screen_is_closed(both: Pair, observer: Observer) -> None:
    _, server = both
    assert observer.state()["connected"]
    await server.send(wire.Watch(panel_id=PANEL, on=False))
    await server.state(lambda state: state.link == "absent")
    await until(observer, lambda state: not state["connected"], within_s=3)
    await watch(server)


async def test_B2_a_message_that_does_not_fit_closes_the_line_and_the_run_goes_on(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4())
    assert server._line
    await server._line.send('{"type": "stop", "panel_id": "nobody"}')
    await server.until(lambda: len(server.hellos) == 2, within_s=20)
    assert lit(observer.state())
