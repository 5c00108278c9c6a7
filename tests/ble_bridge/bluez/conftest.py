"""A bus and a BlueZ of the test's own, and a radio of the bridge on them."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ble_bridge.radio import system_air
from ble_bridge.radio.bleak_state import begin_anew
from ble_bridge.radio.radio import Radio
from tests.ble_bridge.bluez.bus import Bus, private_bus
from tests.ble_bridge.bluez.mock import MockBlueZ
from tests.ble_bridge.bluez.stand import Stand

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*"]
"""Elsewhere there is no BlueZ, nor what speaks with it."""


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
async def bluez(bus: Bus) -> AsyncIterator[MockBlueZ]:
    bluez = await MockBlueZ(bus).open()
    yield bluez
    await bluez.close()


@pytest.fixture
async def radio(bluez: MockBlueZ, tmp_path: Path) -> AsyncIterator[Radio]:
    radio = Radio("system", tmp_path / "links.json")
    yield radio
    await radio.close()
    begin_anew()


@pytest.fixture
async def stand(bluez: MockBlueZ, radio: Radio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    monkeypatch.setattr(system_air, "LEFT_AFTER_S", 0.3)
    stand = Stand(bluez, radio, tmp_path)
    yield stand
    bluez.mend()
    await stand.close()


@pytest.fixture
def hasty(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """With all deadlines short."""
    monkeypatch.setattr("ble_bridge.radio.bluez.ANSWER_WITHIN_S", 0.5)
    monkeypatch.setattr("ble_bridge.radio.radio.SCAN_WITHIN_S", 0.5)
    monkeypatch.setattr("ble_bridge.radio.radio.CONNECT_WITHIN_S", 0.8)
    monkeypatch.setattr("ble_bridge.radio.gatt.DISCONNECT_WITHIN_S", 0.5)
    monkeypatch.setattr("ble_bridge.radio.bounded.TIDYING_S", 0.2)
    return stand
