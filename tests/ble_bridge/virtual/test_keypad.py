"""A virtual panel that asks for a bond: the code that was shown makes it, another does not."""

import asyncio

import pytest
from bumble.core import ProtocolError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.hci import Address
from bumble.pairing import PairingConfig, PairingDelegate

from ble_bridge.virtual.model import panel_info
from ble_bridge.virtual.panel import VirtualPanel
from ble_bridge.virtual.radio import Radio, RadioController
from ble_bridge.virtual.server import PanelServer

PANEL = "C0:11:22:33:44:55"


class Screen(PairingDelegate):
    def __init__(self, panel: PanelServer, off_by: int) -> None:
        super().__init__(PairingDelegate.DISPLAY_OUTPUT_ONLY)
        self._panel, self._off_by = panel, off_by

    async def display_number(self, number: int, digits: int) -> None:
        await asyncio.sleep(0.1)  # a person reads it
        assert self._panel.keypad is not None
        self._panel.keypad.type(str((number + self._off_by) % 10**digits))


async def pair(off_by: int) -> bool:
    radio = Radio()
    panel = PanelServer(VirtualPanel(panel_info("K-1", bonds=True)), radio, name="Panel", address=PANEL)
    await panel.start()
    controller = RadioController("phone", radio)
    device = Device.from_config_with_hci(
        DeviceConfiguration(name="phone", address=Address("C0:00:00:00:00:09")), controller, controller
    )

    def configuration(_connection: Connection) -> PairingConfig:
        return PairingConfig(sc=True, mitm=True, bonding=True, delegate=Screen(panel, off_by))

    device.pairing_config_factory = configuration
    await device.power_on()
    try:
        link = await device.connect(Address(PANEL), timeout=5)
        await asyncio.wait_for(link.pair(), 5)
        return bool(link.is_encrypted)
    finally:
        await panel.close()


async def test_the_code_that_was_shown_makes_a_bond() -> None:
    assert await pair(off_by=0)


async def test_another_code_makes_none() -> None:
    with pytest.raises(ProtocolError):
        await pair(off_by=1)
