"""The radio over the virtual air: one scanner for all, a deadline for every call, gone and back."""

import asyncio
import time
from pathlib import Path

import pytest

from ble_bridge.conversation import DEADLINE_S, Conversation, OperationFailedError
from ble_bridge.drivers.open_panel import OpenPanel
from ble_bridge.drivers.open_panel_wire import INFORMATION_UUID, SERVICE_UUID, STATUS_UUID
from ble_bridge.radio.gatt import fingerprint
from ble_bridge.radio.radio import Radio, Sighting
from ble_bridge.run_words import Report
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, virtual_air
from tests.patience import PATIENCE_S


def radio_of(air: Air) -> Radio:
    return Radio(f"virtual:{air.socket()}")


async def test_it_hears_the_panel_and_reads_what_it_is(air: Air, observer: Observer) -> None:
    radio = radio_of(air)
    assert await radio.problem() == ""
    device = await radio.find(observer.state()["address"].split("/")[0], 5)
    assert device is not None
    lost = asyncio.Event()
    link = await radio.connect(device, lost.set)
    assert OpenPanel(await link.read(INFORMATION_UUID)).serial == observer.state()["serial"]
    assert len(link.fingerprint()) == 64
    await link.close()
    assert lost.is_set()
    with pytest.raises(OperationFailedError) as error:
        await link.read(INFORMATION_UUID)
    assert error.value.outcome == "lost"
    await radio.close()


async def test_one_scanner_serves_all_who_listen(air: Air) -> None:
    radio = radio_of(air)
    first: list[Sighting] = []
    second: list[Sighting] = []
    async with radio.listening(first.append):
        async with radio.listening(second.append):
            await asyncio.sleep(0.5)
        heard = len(second)
        await asyncio.sleep(0.3)
        assert len(second) == heard, "who left hears nothing more"
    assert len(first) > heard > 0
    assert SERVICE_UUID in first[-1].service_uuids
    await radio.close()


async def test_S51_a_silent_panel_costs_no_more_than_the_deadline(air: Air, observer: Observer) -> None:
    radio = radio_of(air)
    device = await radio.find(observer.state()["address"].split("/")[0], 5)
    assert device is not None
    link = await radio.connect(device, lambda: None)
    suspicions: list[bool] = []
    reports: list[Report] = []
    driver = OpenPanel(await link.read(INFORMATION_UUID))
    talk = Conversation(link, driver, heard=reports.append, suspected=suspicions.append)
    await talk.open()
    assert await talk.exchange(driver.stop()) == "ok"
    observer.fault("mute", on=True)
    began_s = time.monotonic()
    assert await talk.exchange(driver.stop()) == "missed"
    assert time.monotonic() - began_s < DEADLINE_S + 0.2
    assert suspicions == []
    assert await talk.read() == "missed"
    assert suspicions == [True], "two misses make the link suspect"
    began_s = time.monotonic()
    assert await talk.exchange(driver.emergency_stop()) == "ok", "waits behind nothing"
    assert time.monotonic() - began_s < 0.2
    assert suspicions == [True], "what waits for no answer proves nothing"
    await link.close()
    await radio.close()


async def test_a_radio_that_is_not_there_says_so(tmp_path: Path) -> None:
    radio = Radio(f"virtual:{tmp_path / 'nobody.sock'}")
    assert "not there" in await radio.problem()


async def test_a_radio_that_was_gone_is_used_again(tmp_path: Path) -> None:
    with virtual_air("home") as air:
        radio = radio_of(air)
        assert await radio.problem() == ""
        address = air.observer().state()["address"].split("/")[0]
        device = await radio.find(address, 5)
        assert device is not None
        lost = asyncio.Event()
        await radio.connect(device, lost.set)
        air.process.kill()
        async with asyncio.timeout(PATIENCE_S):
            await lost.wait()
    assert "not there" in await radio.problem()


def test_only_two_kinds_of_radio_are_known() -> None:
    for spec in ("usb", "virtual:", ""):
        with pytest.raises(ValueError, match="radio"):
            Radio(spec)


def test_B30_a_fingerprint_does_not_depend_on_the_order() -> None:
    assert fingerprint(["a b c", "d e f"]) == fingerprint(["d e f", "a b c"]) != fingerprint(["a b c"])
    assert STATUS_UUID
