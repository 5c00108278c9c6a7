"""Bare bleak against the virtual panel in its own process: the rules of `docs/panel-service.md` over the real wire."""

import asyncio
import time

import pytest
from bleak import BleakClient
from bleak.exc import BleakGATTProtocolError

from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, find_panel, new_token, open_host, open_panel, until
from tests.patience import PATIENCE_S

DATABASE_HASH = "00002b2a-0000-1000-8000-00805f9b34fb"
SERIAL_NUMBER = "00002a25-0000-1000-8000-00805f9b34fb"
SLACK_S = 0.2
"""What a busy machine may add to the times that a panel's own hardware keeps."""
MAKER = "00002a29-0000-1000-8000-00805f9b34fb"


async def test_S2_it_advertises_its_service_and_its_name(air: Air) -> None:
    async with open_host(air) as (_, backends):
        assert (await find_panel(backends)).name == "NIRWeb Virtual Panel"
    async with open_host(air, "demo") as (_, backends):
        assert (await find_panel(backends)).name == "NIRWeb Demo Panel"


async def test_S3_it_tells_what_it_is_in_a_long_read(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        info = wire.decode_info(bytes(await panel.client.read_gatt_char(wire.INFORMATION_UUID)))
    assert [(c.wavelength_nm, c.min_pct, c.max_pct) for c in info.channels] == [(660, 5, 100), (850, 10, 100)]
    assert (info.max_session_s, info.deadman_min_ms, info.deadman_max_ms) == (1800, 500, 10_000)
    assert info.serial == observer.state()["serial"]


async def test_S6_it_has_device_information_and_a_database_hash(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        assert len(await panel.client.read_gatt_char(DATABASE_HASH)) == 16
        assert bytes(await panel.client.read_gatt_char(SERIAL_NUMBER)).decode() == observer.state()["serial"]
        assert bytes(await panel.client.read_gatt_char(MAKER)) == b"NIRWeb"


async def test_S12_it_lights_changes_its_levels_and_stops(air: Air, observer: Observer) -> None:
    token = new_token()
    async with open_panel(air) as panel:
        assert await panel.start(token) is wire.Result.SUCCESS
        assert observer.state()["light"] == {660: 50, 850: 80}
        assert (await panel.status()).runs(token)
        assert await panel.set_levels(token, (20, 0)) is wire.Result.SUCCESS
        assert observer.state()["light"] == {660: 20, 850: 0}
        assert await panel.stop() is wire.Result.SUCCESS
        assert observer.state()["light"] == {660: 0, 850: 0}
        assert (await panel.status()).dark
    assert [light.levels for light in observer.history()] == [
        {660: 0, 850: 0}, {660: 50, 850: 80}, {660: 20, 850: 0}, {660: 0, 850: 0},
    ]  # fmt: skip


async def test_S11_it_refuses_over_the_wire_and_stays_dark(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        assert await panel.start(new_token(), levels=(4, 80)) is wire.Result.INVALID
        assert await panel.start(new_token(), duration_s=1801) is wire.Result.INVALID
        await panel.write(bytes.fromhex("0105"))
        assert (await panel.answers.get()) == wire.Answer(1, 5, wire.Result.INVALID)
        await panel.write(bytes.fromhex("7709"))
        assert (await panel.answers.get()) == wire.Answer(0x77, 9, wire.Result.NOT_SUPPORTED)
    assert observer.spans() == []


async def test_S18_an_empty_write_is_refused(air: Air) -> None:
    async with open_panel(air) as panel:
        with pytest.raises(BleakGATTProtocolError) as refused:
            await panel.write(b"")
    assert refused.value.code == wire.ATT_INVALID_LENGTH


async def test_S19_a_write_without_indications_is_refused_but_for_a_stop(air: Air, observer: Observer) -> None:
    async with open_host(air) as (_, backends), BleakClient(await find_panel(backends), backend=backends.client) as client:
        start = wire.encode_command(wire.Start(1, new_token(), 60, 3000, (50, 80)))
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.write_gatt_char(wire.CONTROL_POINT_UUID, start, response=True)
        assert refused.value.code == wire.ATT_CCCD_IMPROPERLY_CONFIGURED
        assert not any(observer.state()["light"].values())
        observer.button()
        assert any(observer.state()["light"].values())
        await client.write_gatt_char(wire.CONTROL_POINT_UUID, b"\x02", response=True)
        assert not any(observer.state()["light"].values())


async def test_S30_the_timer_ends_a_run_that_is_kept_alive(air: Air, observer: Observer) -> None:
    token = new_token()
    async with open_panel(air) as panel:
        await panel.start(token, duration_s=2, deadman_ms=1000)
        for _ in range(8):
            await asyncio.sleep(0.3)
            await panel.keep_alive(token)
        assert panel.statuses[-1].reason is wire.Reason.COMPLETED
    (span,) = observer.spans()
    assert span.off_s is not None
    assert 2.0 <= span.off_s - span.on_s < 2.1 + SLACK_S


async def test_S31_the_deadman_ends_a_run_that_nobody_keeps_alive(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        await panel.start(new_token(), deadman_ms=700)
        state = await until(observer, lambda s: s["state"] == "idle")
        assert state["reason"] == "deadman"
    (span,) = observer.spans()
    assert span.off_s is not None
    assert 0.7 <= span.off_s - span.on_s < 0.8 + SLACK_S


async def test_S33_after_a_loss_of_power_it_is_dark_and_says_which_run_was_cut(air: Air, observer: Observer) -> None:
    token = new_token()
    async with open_host(air) as (_, backends):
        gone = asyncio.Event()
        device = await find_panel(backends)
        async with BleakClient(device, lambda _client: gone.set(), backend=backends.client) as client:
            await client.start_notify(wire.CONTROL_POINT_UUID, lambda *_: None)
            start = wire.encode_command(wire.Start(1, token, 60, 10_000, (50, 80)))
            await client.write_gatt_char(wire.CONTROL_POINT_UUID, start, response=True)
            observer.power_cycle()
            assert not any(observer.state()["light"].values())
            async with asyncio.timeout(PATIENCE_S):
                await gone.wait()
        async with BleakClient(device, backend=backends.client) as client:
            status = wire.decode_status(bytes(await client.read_gatt_char(wire.STATUS_UUID)), 2)
    assert (status.state, status.reason, status.token) == (wire.State.IDLE, wire.Reason.POWER, token)
    assert len(observer.spans()) == 1


async def test_S34_it_cuts_out_when_hot_and_says_so(air: Air, observer: Observer) -> None:
    token = new_token()
    async with open_panel(air) as panel:
        await panel.start(token, deadman_ms=10_000)
        observer.fault("hot", on=True)
        await until(observer, lambda s: s["state"] == "fault")
        assert (await panel.tells(lambda told: told.state is wire.State.FAULT)).reason is wire.Reason.OVER_TEMPERATURE
        assert await panel.start(new_token()) is wire.Result.FAULT_LATCHED
    assert not any(observer.state()["light"].values())


async def test_S35_a_press_of_its_button_is_told_as_a_run_of_its_own(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.button()
        told = await panel.tells(lambda told: told.state is wire.State.RUNNING)
        assert (told.token, told.flags) == (0, wire.Flag.LOCAL)
        assert await panel.start(new_token()) is wire.Result.BUSY
        observer.button()
        assert (await panel.tells(lambda told: told.state is wire.State.IDLE)).reason is wire.Reason.BUTTON


async def test_S46_status_is_notified_on_change_and_each_second_while_lit(air: Air) -> None:
    token = new_token()
    async with open_panel(air) as panel:
        began_s = time.monotonic()
        await panel.start(token, deadman_ms=10_000)
        await asyncio.sleep(2.3)
        lit = [s for s in panel.statuses if s.runs(token)]
        assert 3 <= len(lit) <= 4, time.monotonic() - began_s
        counters = [s.counter for s in panel.statuses]
        assert counters == sorted(counters)
        await panel.stop()
        await panel.tells(lambda told: told.dark)
        said = len(panel.statuses)
        await asyncio.sleep(1.2)
        assert len(panel.statuses) == said, "an idle panel has nothing to say"


async def test_S17_identify_blinks_without_light(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        assert await panel.ask(wire.Identify(1)) is wire.Result.SUCCESS
        assert observer.state()["identifying"]
        await until(observer, lambda s: not s["identifying"])
        await panel.tells(lambda told: told.flags == wire.Flag(0))
    assert observer.spans() == []
