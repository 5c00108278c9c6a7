"""The bridge's own process, from the wire to true light: a real line, real bleak calls, a virtual panel in another process.

Light is judged by the observer; what the bridge says is compared with it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from ble_bridge.contract import limits, wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, dark, lit, until
from tests.ble_bridge.scripted import (
    PANEL,
    Bridge,
    ScriptedServer,
    bridge_and_server,
    clearance,
    find,
    lit_up,
    ready,
    start,
    trace_of,
    watch,
)

Pair = tuple[Bridge, ScriptedServer]


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory, shared_air: Air) -> AsyncIterator[Pair]:
    async with bridge_and_server(tmp_path_factory.mktemp("bridge"), shared_air) as pair:
        yield pair


@pytest_asyncio.fixture(loop_scope="module")
async def both(running: Pair, air: Air) -> Pair:
    """The one process that the tests of this file share; those that end it are in `test_daemon_ends`."""
    await ready(running[1])
    return running


async def test_it_runs_a_session_from_start_to_stop(both: Pair, observer: Observer) -> None:
    bridge, server = both
    session = uuid4()
    begin = await server.order(start(session, ramp_s=1), clearance())
    result = await server.result(begin)
    assert (result.ok, result.code, result.trace) == (True, "ok", trace_of(begin))
    running = await server.state(lambda state: state.run == "running")
    assert running.session_id == session
    assert lit(observer.state())
    await until(observer, lambda state: state["light"] == {660: 80, 850: 50})

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


async def test_B37_a_mute_panel_is_stopped_by_the_emergency_stop_and_linked_anew(both: Pair, observer: Observer) -> None:
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
    observer.fault("mute", on=False)  # what got stuck stays stuck: only another link helps [B37]
    done = await server.state(lambda state: state.off_confirmed is True)
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
    ended = await server.state(lambda state: state.run == "ended")
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
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), "without gaps"
    again = [e.seq for e in server.received]
    assert len(again) > len(set(again)), "what was not acknowledged was sent again"
    assert observer.spans()


async def test_B36_light_from_the_panels_own_button_is_told_and_not_taken_over(both: Pair, observer: Observer) -> None:
    _, server = both
    observer.button()
    foreign = await server.state(lambda state: state.foreign)
    assert foreign.run in ("idle", "ended")
    assert (await server.result(await server.order(start(uuid4()), clearance()))).code == "busy"
    assert lit(observer.state())
    assert (await server.result(await server.stop(PANEL, None))).ok
    assert dark(observer.state())
    await server.until(lambda: server.told("foreign_on"))


async def test_a_paired_panel_is_listed_as_such_while_its_link_is_held(both: Pair) -> None:
    _, server = both
    assert (await find(server)).paired_panel_id == PANEL


async def test_B50_the_link_is_let_go_when_the_screen_is_closed(both: Pair, observer: Observer) -> None:
    _, server = both
    assert observer.state()["connected"]
    await server.send(wire.Watch(panel_id=PANEL, on=False))
    await server.state(lambda state: state.link == "absent")
    await until(observer, lambda state: not state["connected"])
    await watch(server)


async def test_B2_a_message_that_does_not_fit_closes_the_line_and_the_run_goes_on(both: Pair, observer: Observer) -> None:
    _, server = both
    await lit_up(server, uuid4())
    assert server._line
    await server._line.send('{"type": "stop", "panel_id": "nobody"}')
    await server.until(lambda: server.hellos)
    assert lit(observer.state())
