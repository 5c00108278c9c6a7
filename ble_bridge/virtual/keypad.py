"""The keys of a virtual panel that asks for a bond: LE Secure Connections with a passkey typed in at it, and nothing less."""

import asyncio

from bumble.device import Connection, Device
from bumble.pairing import PairingConfig, PairingDelegate


class Keypad(PairingDelegate):
    """Digits go to the pairing that asked last: one before it may have lost its link, and waits for ever."""

    def __init__(self) -> None:
        super().__init__(PairingDelegate.KEYBOARD_INPUT_ONLY)
        self._asked: asyncio.Future[int] | None = None

    def put_on(self, device: Device) -> None:
        def configuration(_connection: Connection) -> PairingConfig:
            return PairingConfig(sc=True, mitm=True, bonding=True, delegate=self)

        device.pairing_config_factory = configuration

    def type(self, digits: str) -> None:
        """Raises ValueError for what is not on the keys, or not asked for."""
        if self._asked is None or self._asked.done():
            raise ValueError("no code is asked for")
        self._asked.set_result(int(digits))

    async def get_number(self) -> int | None:
        self._asked = asyncio.get_running_loop().create_future()
        return await self._asked

    async def confirm(self, auto: bool = False) -> bool:
        """Nothing but digits can be typed in."""
        return False
