"""Each fault of the virtual panel, over the real wire, judged by the lamp."""

import asyncio
import time

import pytest
from bleak.exc import BleakError, BleakGATTProtocolError

from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.virtual.observer import Observer, ObserverError
from tests.ble_bridge.air import Air, dark, lit, new_token, open_panel, until


async def give_up_on(write: "asyncio.Task[None]", after_s: float = 0.9) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(write, after_s)


async def test_S70_a_mute_panel_answers_nothing_but_its_emergency_stop_works(air: Air, observer: Observer) -> None:
    token = new_token()
    async with open_panel(air) as panel:
        await panel.start(token, deadman_ms=10_000)
        observer.fault("mute", on=True)
        await give_up_on(asyncio.create_task(panel.write(wire.encode_command(wire.Stop(9)))))
        assert lit(observer.state()), "a mute panel acts on no command"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(panel.status(), 0.5)
        before_s = time.monotonic()
        await panel.emergency_stop()
        await until(observer, dark)
        off_s = observer.spans()[-1].off_s
        assert off_s is not None
        assert off_s - before_s < 0.5
        said = len(panel.statuses)
        await asyncio.sleep(0.3)
        assert len(panel.statuses) == said, "a mute panel notifies nothing"


async def test_S70_the_deadman_of_a_mute_panel_works_on(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        await panel.start(new_token(), deadman_ms=1000)
        observer.fault("mute", on=True)
        await until(observer, dark)
    assert observer.state()["reason"] == "deadman"


async def test_S70_what_was_written_to_a_mute_panel_is_never_acted_on(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.fault("mute", on=True)
        start = wire.encode_command(wire.Start(1, new_token(), 60, 3000, (50, 80)))
        write = asyncio.create_task(panel.write(start))
        await asyncio.sleep(0.2)
        observer.fault("mute", on=False)
        with pytest.raises(BleakGATTProtocolError):
            await write
        assert await panel.stop() is wire.Result.SUCCESS
    assert observer.spans() == []


async def test_S71_a_slow_panel_acts_two_seconds_late(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.fault("slow", on=True)
        before_s = time.monotonic()
        await panel.start(new_token(), deadman_ms=10_000)
        assert 2.0 <= observer.spans()[0].on_s - before_s < 2.8


async def test_S20_an_emergency_stop_overtakes_a_start_that_waits(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.fault("slow", on=True)
        start = asyncio.create_task(panel.start(new_token()))
        await asyncio.sleep(0.3)
        await panel.emergency_stop()
        assert await start is wire.Result.FAILED
        await asyncio.sleep(0.3)
    assert observer.spans() == []


async def test_S71_a_start_given_up_on_lights_a_slow_panel_all_the_same(air: Air, observer: Observer) -> None:
    """Why a deadline that passed proves nothing, and off is sent on everything that is not confirmed."""
    async with open_panel(air) as panel:
        observer.fault("slow", on=True)
        start = wire.encode_command(wire.Start(1, new_token(), 60, 1000, (50, 80)))
        await give_up_on(asyncio.create_task(panel.write(start)), 0.5)
    await until(observer, lit)
    await until(observer, dark)
    assert observer.state()["reason"] == "deadman"


async def test_S10_what_came_first_is_acted_on_first_also_when_the_panel_is_quick_again(air: Air, observer: Observer) -> None:
    """Why an answered keep-alive says that no earlier one is still to come [B47]."""
    async with open_panel(air) as panel:
        observer.fault("slow", on=True)
        start = wire.encode_command(wire.Start(1, new_token(), 60, 3000, (50, 80)))
        await give_up_on(asyncio.create_task(panel.write(start)), 0.2)
        observer.fault("slow", on=False)
        assert await panel.stop() is wire.Result.SUCCESS
        assert len(observer.spans()) == 1, "the start was acted on before"
        assert dark(observer.state())


async def test_S72_a_panel_that_drops_the_link_stays_lit_until_its_deadman(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        await panel.start(new_token(), deadman_ms=1000)
        observer.fault("drop_link", on=True)
        await until(observer, lambda s: not s["connected"])
        with pytest.raises(BleakError):
            await panel.status()
        assert lit(observer.state())
        await until(observer, dark)
    assert observer.state()["reason"] == "deadman"


async def test_S73_a_stuck_channel_shines_on_after_every_kind_of_stop_and_is_told(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        await panel.start(new_token())
        observer.fault("stuck_channel", on=True)
        assert await panel.stop() is wire.Result.FAILED
        await panel.emergency_stop()
        await asyncio.sleep(0.1)
        status = await panel.status()
        assert (status.state, status.flags, status.levels_pct) == (wire.State.FAULT, wire.Flag.OUTPUT_STUCK, (50, 0))
        assert observer.state()["light"] == {660: 50, 850: 0}
        observer.power_cycle()
        assert not lit(observer.state())


async def test_S74_a_panel_that_does_not_notify_can_be_read(air: Air, observer: Observer) -> None:
    token = new_token()
    async with open_panel(air) as panel:
        observer.fault("no_notify", on=True)
        said = len(panel.statuses)
        assert await panel.start(token) is wire.Result.SUCCESS
        await asyncio.sleep(1.2)
        assert len(panel.statuses) == said
        assert (await panel.status()).runs(token)


async def test_S76_a_panel_without_status_obeys_and_cannot_be_read(air: Air, observer: Observer) -> None:
    token = new_token()
    async with open_panel(air) as panel:
        observer.fault("no_status", on=True)
        said = len(panel.statuses)
        assert await panel.start(token) is wire.Result.SUCCESS
        assert lit(observer.state())
        with pytest.raises(BleakGATTProtocolError):
            await panel.status()
        assert await panel.keep_alive(token) is wire.Result.SUCCESS
        assert await panel.stop() is wire.Result.SUCCESS
        assert len(panel.statuses) == said


async def test_S32_walking_away_ends_the_link_and_leaves_the_light_to_the_deadman(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        await panel.start(new_token(), deadman_ms=3000)
        observer.walk_away()
        await until(observer, lambda s: not s["connected"])
        assert lit(observer.state())
        assert not panel.client.is_connected
        await until(observer, dark)
        observer.come_back()


async def test_coming_back_in_time_keeps_the_link_and_what_was_on_its_way(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.walk_away()
        start = asyncio.create_task(panel.start(new_token()))
        await asyncio.sleep(0.5)
        assert not lit(observer.state())
        observer.come_back()
        assert await start is wire.Result.SUCCESS
        assert lit(observer.state())


def test_the_observer_refuses_what_it_does_not_know(air: Air, observer: Observer) -> None:
    with pytest.raises(ObserverError, match="gremlins"):
        observer.fault("gremlins", on=True)
    with pytest.raises(ObserverError, match="no radio"):
        air.observer("nowhere").state()
    assert observer.state()["faults"] == []
