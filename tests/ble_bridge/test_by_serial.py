"""A panel whose address is hidden, as on a Mac, is known by its serial number [B30]."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from bleak.backends.device import BLEDevice

from ble_bridge import by_serial
from ble_bridge.contract import wire
from ble_bridge.drivers.open_panel_wire import SERVICE_UUID
from ble_bridge.profiles.profile import shipped
from ble_bridge.radio.radio import Sighting
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, lit, until
from tests.ble_bridge.scripted import Bridge, ScriptedServer, bridge_and_server, clearance, lit_up, start

Pair = tuple[Bridge, ScriptedServer]
OF_A_MAC = "9F2C1D3E-0B4A-4C5D-8E6F-102132435465"
PLAIN = wire.Identity(address="F0:F1:F2:F3:F4:F5", serial="N-1", gatt_fingerprint="a" * 64, profile="p-1", profile_hash="b" * 64)
HIDDEN = PLAIN.model_copy(update={"address": OF_A_MAC})


@pytest.fixture
async def both(tmp_path: Path, air: Air) -> AsyncIterator[Pair]:
    async with bridge_and_server(tmp_path, air) as pair:
        yield pair


async def paired_as(server: ScriptedServer, **changes: str) -> None:
    panel = server.panels[0]
    server.panels = [panel.model_copy(update={"identity": panel.identity.model_copy(update=changes)})]
    server.states.clear()
    await server.send(wire.Panels(panels=server.panels))
    await server.send(wire.Watch(panel_id=panel.panel_id, on=True))


async def test_B30_a_panel_that_another_system_gave_an_id_is_found_by_its_serial(both: Pair, observer: Observer) -> None:
    _, server = both
    await paired_as(server, address=OF_A_MAC)
    await server.state(lambda state: state.link == "connected", 30)
    await lit_up(server, uuid4())
    assert lit(observer.state())
    await server.stop(server.panels[0].panel_id, None)
    await until(observer, lambda state: not lit(state))


async def test_B30_B31_another_panel_of_the_same_make_is_read_and_not_written_to(both: Pair, observer: Observer) -> None:
    _, server = both
    await paired_as(server, address=OF_A_MAC, serial="ANOTHER")
    result = await server.result(await server.order(start(uuid4()), clearance(), life_ms=7500))
    assert (result.ok, result.code) == (False, "not_connected")
    assert server.states[-1].link != "connected"
    assert observer.spans() == []


def test_B30_only_what_may_be_it_is_asked() -> None:
    profile = shipped()["open-panel-1"]
    service = SERVICE_UUID
    device = BLEDevice("F0:F1:F2:F3:F4:F5", "NIRWeb Panel", None)
    heard = Sighting(device.address, "NIRWeb Panel", -50, (service,), device)
    assert by_serial._may_be(heard, HIDDEN, profile)
    assert not by_serial._may_be(heard, HIDDEN.model_copy(update={"serial": ""}), profile), "nothing to know it by"
    assert not by_serial._may_be(heard, PLAIN, profile), "where both are real addresses, the address must match"
    assert not by_serial._may_be(replace(heard, service_uuids=(), name="Lamp"), HIDDEN, profile), "another make"


def test_B30_identities_of_one_panel() -> None:
    plain = wire.Identity(
        address="F0:F1:F2:F3:F4:F5", serial="N-1", gatt_fingerprint="a" * 64, profile="p-1", profile_hash="b" * 64
    )
    hidden = plain.model_copy(update={"address": OF_A_MAC})
    assert plain.is_of(plain.model_copy(update={"address": "f0:f1:f2:f3:f4:f5"}))
    assert plain.is_of(hidden)
    assert hidden.is_of(plain)
    assert hidden.is_of(hidden.model_copy(update={"address": OF_A_MAC.replace("9F", "AF")}))
    assert not plain.is_of(plain.model_copy(update={"address": "F0:F1:F2:F3:F4:F6"}))
    assert not plain.is_of(hidden.model_copy(update={"serial": "N-2"}))
    assert not plain.is_of(hidden.model_copy(update={"profile": "q-1"}))
    nameless = plain.model_copy(update={"serial": ""})
    assert not nameless.is_of(hidden.model_copy(update={"serial": ""}))
    assert nameless.is_of(nameless)
