"""bleak over the virtual radio behaves as bleak does over a real one, also where it fails."""

import asyncio
import time

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakDeviceNotFoundError, BleakError

from ble_bridge.drivers import open_panel_wire as wire
from ble_bridge.virtual.host import VirtualHost
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, find_panel, new_token, open_host, open_panel, until, virtual_air
from tests.patience import PATIENCE_S


async def test_it_finds_by_address_and_connects_by_address_alone(air: Air, observer: Observer) -> None:
    address = observer.state()["address"]
    async with open_host(air) as (_, backends):
        assert await BleakScanner.find_device_by_address(address, timeout=PATIENCE_S, backend=backends.scanner)
        async with BleakClient(address, backend=backends.client) as client:
            assert client.is_connected
            assert client.address == address
        with pytest.raises(BleakDeviceNotFoundError):
            await BleakClient("C0:00:00:00:00:01", backend=backends.client, timeout=0.5).connect()


async def test_it_filters_by_service(air: Air) -> None:
    async with open_host(air) as (_, backends):
        battery = "0000180f-0000-1000-8000-00805f9b34fb"
        assert await BleakScanner.discover(0.5, backend=backends.scanner, service_uuids=[battery]) == []
        assert len(await BleakScanner.discover(0.5, backend=backends.scanner, service_uuids=[wire.SERVICE_UUID])) == 1


async def test_two_hosts_in_one_process_reach_each_their_own_panel(air: Air) -> None:
    async with open_panel(air, "home") as home, open_panel(air, "demo") as demo:
        first, second = [bytes(await panel.client.read_gatt_char(wire.INFORMATION_UUID)) for panel in (home, demo)]
        token = new_token()
        assert await demo.start(token) is wire.Result.SUCCESS
        assert (await home.status()).dark
        assert (await demo.status()).runs(token)
    assert wire.decode_info(first).serial != wire.decode_info(second).serial


async def test_a_connect_that_is_given_up_ends_and_never_connects_later(air: Air, observer: Observer) -> None:
    async with open_host(air) as (_, backends):
        device = await find_panel(backends)
        observer.walk_away()
        client = BleakClient(device, backend=backends.client, timeout=0.3)
        with pytest.raises(TimeoutError):
            await client.connect()
        attempt = asyncio.create_task(BleakClient(device, backend=backends.client).connect())
        await asyncio.sleep(0.2)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        observer.come_back()
        await asyncio.sleep(0.5)
        assert not observer.state()["connected"]
        await client.connect()
        await client.disconnect()


async def test_connects_wait_for_each_other(air: Air, observer: Observer) -> None:
    async with open_host(air) as (_, backends):
        device = await find_panel(backends)
        observer.walk_away()
        first = asyncio.create_task(BleakClient(device, backend=backends.client, timeout=0.5).connect())
        await asyncio.sleep(0.1)
        second = BleakClient(device, backend=backends.client, timeout=PATIENCE_S)
        connecting = asyncio.create_task(second.connect())
        with pytest.raises(TimeoutError):
            await first
        observer.come_back()
        await connecting
        assert second.is_connected
        await second.disconnect()


async def test_it_tells_of_a_lost_link_and_connects_again(air: Air, observer: Observer) -> None:
    gone = asyncio.Event()
    async with open_host(air) as (_, backends):
        client = BleakClient(await find_panel(backends), lambda _client: gone.set(), backend=backends.client)
        await client.connect()
        observer.fault("drop_link", on=True)
        async with asyncio.timeout(PATIENCE_S):
            await gone.wait()
        with pytest.raises(BleakError):
            await client.read_gatt_char(wire.STATUS_UUID)
        observer.fault("drop_link", on=False)
        await client.connect()
        assert len(await client.read_gatt_char(wire.STATUS_UUID)) == wire.STATUS_BYTES
        await client.disconnect()


async def test_a_request_that_was_given_up_holds_up_those_behind_it(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.fault("slow", on=True)
        began_s = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(panel.write(wire.encode_command(wire.Stop(1))), 0.3)
        assert (await panel.status()).dark
        assert time.monotonic() - began_s > 1.9


async def test_a_request_that_was_given_up_before_its_turn_is_never_sent(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.fault("slow", on=True)
        stop = asyncio.create_task(panel.stop())
        await asyncio.sleep(0.1)
        start = wire.encode_command(wire.Start(1, new_token(), 60, 3000, (50, 80)))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(panel.write(start), 0.3)
        observer.fault("slow", on=False)
        await stop
        await asyncio.sleep(0.3)
    assert observer.spans() == []


async def test_a_link_that_is_lost_ends_what_waits_with_an_error_of_bleak(air: Air, observer: Observer) -> None:
    async with open_panel(air) as panel:
        observer.fault("mute", on=True)
        waiting = asyncio.create_task(panel.status())
        behind = asyncio.create_task(panel.status())
        await asyncio.sleep(0.2)
        observer.walk_away()
        with pytest.raises(BleakError):
            await waiting
        with pytest.raises(BleakError):
            await behind
        observer.come_back()


async def test_a_radio_that_ends_is_told_to_everybody() -> None:
    gone = asyncio.Event()
    with virtual_air("home") as own:
        host_opened = open_host(own)
        host, backends = await host_opened.__aenter__()
        client = BleakClient(await find_panel(backends), lambda _client: gone.set(), backend=backends.client)
        await client.connect()
        waiting = asyncio.create_task(BleakClient("C0:00:00:00:00:01", backend=backends.client, timeout=2 * PATIENCE_S).connect())
        own.process.kill()
        async with asyncio.timeout(PATIENCE_S):
            await gone.wait()
            await host.lost
        assert not client.is_connected
        with pytest.raises(BleakError):
            await client.read_gatt_char(wire.STATUS_UUID)
        with pytest.raises(BleakBluetoothNotAvailableError):
            await BleakScanner.discover(0.1, backend=backends.scanner)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await host_opened.__aexit__(None, None, None)
        with pytest.raises(BleakBluetoothNotAvailableError):
            await VirtualHost.open(own.socket())


async def test_the_observer_streams_what_changes(air: Air, observer: Observer) -> None:
    watching = asyncio.create_task(until(observer, lambda s: s["identifying"]))
    async with open_panel(air) as panel:
        await panel.ask(wire.Identify(1))
        state = await watching
    assert state["connected"]
    assert state["light"] == {660: 0, 850: 0}
