"""A virtual panel that asks for a bond: the code that was shown makes it, another does not."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bumble.core import ProtocolError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.hci import Address, OwnAddressType
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.transport.unix import open_unix_client_transport

from ble_bridge.virtual.server import PanelServer
from ble_bridge.virtual.station import Station


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="keypad-") as name:
        yield Path(name)


class Screen(PairingDelegate):
    def __init__(self, panel: PanelServer, off_by: int) -> None:
        super().__init__(PairingDelegate.DISPLAY_OUTPUT_ONLY)
        self._panel, self._off_by = panel, off_by

    async def display_number(self, number: int, digits: int) -> None:
        await asyncio.sleep(0.1)  # a person reads it
        assert self._panel.keypad is not None
        self._panel.keypad.type(str((number + self._off_by) % 10**digits))


async def pair(folder: Path, off_by: int = 0, address: OwnAddressType = OwnAddressType.RANDOM) -> bool:
    station = Station("home", folder, bonds=True)
    await station.open()
    assert isinstance(station.server, PanelServer)
    panel = station.server
    async with await open_unix_client_transport(str(folder / "hci-home.sock")) as host:
        configuration = DeviceConfiguration(name="phone", address=Address("C0:00:00:00:00:09"))
        device = Device.from_config_with_hci(configuration, host.source, host.sink)

        def configured(_connection: Connection) -> PairingConfig:
            return PairingConfig(sc=True, mitm=True, bonding=True, delegate=Screen(panel, off_by))

        device.pairing_config_factory = configured
        await device.power_on()
        try:
            link = await device.connect(Address(panel.address), own_address_type=address, timeout=5)
            await asyncio.wait_for(link.pair(), 5)
            return bool(link.is_encrypted)
        finally:
            await station.close()


@pytest.mark.parametrize("address", [OwnAddressType.RANDOM, OwnAddressType.PUBLIC])
async def test_S60_the_code_that_was_shown_makes_a_bond_from_an_address_of_either_kind(
    address: OwnAddressType, folder: Path
) -> None:
    assert await pair(folder, address=address)


async def test_S60_another_code_makes_none(folder: Path) -> None:
    with pytest.raises(ProtocolError):
        await pair(folder, off_by=1)
