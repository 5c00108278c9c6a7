"""The keys of a virtual panel that asks for a bond: LE Secure Connections with a passkey typed in at it, and nothing less."""

import asyncio

from bumble.device import Connection, Device
from bumble.pairing import PairingConfig, PairingDelegate


class Keypad(PairingDelegate):
    """What is typed before it is asked for waits."""

    def __init__(self) -> None:
        super().__init__(PairingDelegate.KEYBOARD_INPUT_ONLY)
        self._typed: asyncio.Queue[int] = asyncio.Queue()
        self.asked = False
        """It waits for a person."""

    def put_on(self, device: Device) -> None:
        def configuration(_connection: Connection) -> PairingConfig:
            return PairingConfig(sc=True, mitm=True, bonding=True, delegate=self)

        device.pairing_config_factory = configuration

    def type(self, digits: str) -> None:
        """Raises ValueError for what is not on the keys."""
        self._typed.put_nowait(int(digits))

    async def get_number(self) -> int | None:
        self.asked = True
        try:
            return await self._typed.get()
        finally:
            self.asked = False

    async def confirm(self, auto: bool = False) -> bool:
        """Nothing but digits can be typed in."""
        return False
