"""A virtual panel that asks for a bond: the code that was shown makes it in its time, and nothing else does."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from bumble.att import ATT_INSUFFICIENT_AUTHENTICATION_ERROR, ATT_Error
from bumble.core import UUID, ProtocolError
from bumble.device import Connection, Device, DeviceConfiguration, Peer
from bumble.gatt_client import CharacteristicProxy
from bumble.hci import Address, OwnAddressType
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.smp import ErrorCode
from bumble.transport.unix import open_unix_client_transport

from ble_bridge.drivers.open_panel_wire import CONTROL_POINT_UUID, EMERGENCY_STOP_UUID, INFORMATION_UUID, STATUS_UUID
from ble_bridge.virtual.keypad import HOLD_S, WINDOW_S, Keypad
from ble_bridge.virtual.panel import VirtualPanel
from ble_bridge.virtual.radio import SUPERVISION_TIMEOUT_S
from ble_bridge.virtual.station import Station
from tests.patience import PATIENCE_S

DARK: Final = {660: 0, 850: 0}


class Screen(PairingDelegate):
    """Shows a code to a person, who types it in at the panel, or another one."""

    def __init__(self, station: Station, off_by: int = 0) -> None:
        super().__init__(PairingDelegate.DISPLAY_OUTPUT_ONLY)
        self._station, self._off_by = station, off_by

    async def display_number(self, number: int, digits: int) -> None:
        await asyncio.sleep(0.1)  # a person reads it
        self._station.type(str((number + self._off_by) % 10**digits or 1))


@dataclass(slots=True)
class Stand:
    """A panel that asks for a bond, and a phone that could get one."""

    station: Station
    phone: Device

    def shows(self, delegate: PairingDelegate, *, sc: bool = True) -> None:
        def configured(_connection: Connection) -> PairingConfig:
            return PairingConfig(sc=sc, mitm=True, bonding=True, delegate=delegate)

        self.phone.pairing_config_factory = configured

    async def link(self, address: OwnAddressType = OwnAddressType.RANDOM) -> Connection:
        return await self.phone.connect(Address(self.station.server.address), own_address_type=address, timeout=PATIENCE_S)

    def light(self) -> dict[int, int]:
        panel = self.station.panel
        assert isinstance(panel, VirtualPanel)
        return panel.snapshot()["light"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="keypad-") as name:
        yield Path(name)


@pytest.fixture
async def stand(folder: Path) -> AsyncIterator[Stand]:
    station = Station("home", folder, bonds=True)
    await station.open()
    try:
        async with await open_unix_client_transport(str(folder / "hci-home.sock")) as host:
            configuration = DeviceConfiguration(name="phone", address=Address("C0:00:00:00:00:09"))
            phone = Device.from_config_with_hci(configuration, host.source, host.sink)
            await phone.power_on()
            stand = Stand(station, phone)
            stand.shows(Screen(station))
            yield stand
    finally:
        await station.close()


async def pair(link: Connection) -> None:
    await asyncio.wait_for(link.pair(), PATIENCE_S)


async def refused(link: Connection, code: ErrorCode) -> None:
    with pytest.raises(ProtocolError) as error:
        await pair(link)
    assert error.value.error_code == code
    await link.disconnect()


async def characteristics(link: Connection) -> dict[str, CharacteristicProxy[bytes]]:
    peer = Peer(link)
    await peer.discover_all()  # type: ignore[no-untyped-call]  # Bumble leaves it untyped
    wanted = (CONTROL_POINT_UUID, EMERGENCY_STOP_UUID, INFORMATION_UUID, STATUS_UUID)
    return {uuid: peer.get_characteristics_by_uuid(UUID(uuid))[0] for uuid in wanted}


@pytest.mark.parametrize("address", [OwnAddressType.RANDOM, OwnAddressType.PUBLIC])
async def test_S60_the_code_that_was_shown_makes_a_bond_from_an_address_of_either_kind(
    address: OwnAddressType, stand: Stand
) -> None:
    stand.station.button(HOLD_S)
    link = await stand.link(address)
    await pair(link)
    assert link.is_encrypted
    assert len(await (await characteristics(link))[STATUS_UUID].read_value()) == 20


async def test_S60_another_code_makes_none(stand: Stand) -> None:
    stand.station.button(HOLD_S)
    stand.shows(Screen(stand.station, off_by=1))
    await refused(await stand.link(), ErrorCode.CONFIRM_VALUE_FAILED)


async def test_S60_nothing_less_than_a_code_makes_one(stand: Stand) -> None:
    stand.station.button(HOLD_S)
    stand.shows(PairingDelegate(PairingDelegate.NO_OUTPUT_NO_INPUT))
    link = await stand.link()
    with pytest.raises(ProtocolError):
        await pair(link)
    assert not link.is_encrypted


async def test_S60_nothing_less_than_secure_connections_makes_one(stand: Stand) -> None:
    stand.station.button(HOLD_S)
    stand.shows(Screen(stand.station), sc=False)
    await refused(await stand.link(), ErrorCode.AUTHENTICATION_REQUIREMENTS)


async def test_S60_without_a_bond_only_who_it_is_and_an_emergency_stop_are_open(stand: Stand) -> None:
    stand.station.button()
    assert stand.light() != DARK
    table = await characteristics(await stand.link())
    assert await table[INFORMATION_UUID].read_value()
    with pytest.raises(ATT_Error) as told:
        await table[STATUS_UUID].read_value()
    assert told.value.error_code == ATT_INSUFFICIENT_AUTHENTICATION_ERROR
    with pytest.raises(ATT_Error) as stopped:
        await table[CONTROL_POINT_UUID].write_value(b"\x02", with_response=True)
    assert stopped.value.error_code == ATT_INSUFFICIENT_AUTHENTICATION_ERROR
    assert stand.light() != DARK
    await table[EMERGENCY_STOP_UUID].write_value(b"\x00", with_response=True)
    assert stand.light() == DARK


async def test_S61_it_pairs_only_after_its_button_was_held(stand: Stand) -> None:
    await refused(await stand.link(), ErrorCode.PAIRING_NOT_SUPPORTED)
    stand.station.button(HOLD_S - 0.1)
    await refused(await stand.link(), ErrorCode.PAIRING_NOT_SUPPORTED)
    stand.station.button(HOLD_S)
    link = await stand.link()
    await pair(link)
    assert link.is_encrypted


async def test_S61_the_time_to_pair_ends_after_a_minute() -> None:
    now_s = 1000.0
    keypad = Keypad(lambda: now_s)
    assert not await keypad.accept()
    keypad.open_window()
    now_s += WINDOW_S - 0.1
    assert await keypad.accept()
    now_s += 0.1
    assert not await keypad.accept()


async def test_S61_the_time_to_pair_ends_with_a_bond(stand: Stand) -> None:
    stand.station.button(HOLD_S)
    link = await stand.link()
    await pair(link)
    await refused(link, ErrorCode.PAIRING_NOT_SUPPORTED)


async def test_S61_the_time_to_pair_ends_with_a_loss_of_power(stand: Stand) -> None:
    stand.station.button(HOLD_S)
    stand.station.power_cycle()
    await refused(await stand.link(), ErrorCode.PAIRING_NOT_SUPPORTED)


async def test_S62_a_button_that_was_held_lights_nothing_and_turns_off_what_is_lit(stand: Stand) -> None:
    stand.station.button(HOLD_S)
    assert stand.light() == DARK
    stand.station.button()
    assert stand.light() != DARK
    stand.station.button(HOLD_S)
    assert stand.light() == DARK


async def test_S63_a_bond_outlives_a_loss_of_power_and_needs_no_button(stand: Stand) -> None:
    stand.station.button(HOLD_S)
    link = await stand.link(OwnAddressType.PUBLIC)  # the one that Bumble tells with its keys
    await pair(link)
    await (await characteristics(link))[STATUS_UUID].read_value()
    gone = asyncio.Event()
    link.on(Connection.EVENT_DISCONNECTION, lambda _reason: gone.set())
    stand.station.power_cycle()
    await asyncio.wait_for(gone.wait(), SUPERVISION_TIMEOUT_S + PATIENCE_S)
    again = await stand.link(OwnAddressType.PUBLIC)
    await asyncio.wait_for(again.encrypt(), PATIENCE_S)
    assert len(await (await characteristics(again))[STATUS_UUID].read_value()) == 20
