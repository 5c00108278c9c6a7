"""The keys of a virtual panel that asks for a bond: LE Secure Connections with a passkey typed in at it, no less [S60]."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Final

from bumble.device import Connection, Device
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.smp import AuthReq, ErrorCode, Session, SMP_Pairing_Request_Command

HOLD_S: Final = 3.0
WINDOW_S: Final = 60.0
"""After its button was held for `HOLD_S`, a pairing may begin for so long [S61]."""


class _Session(Session):
    async def on_smp_pairing_request_command_async(self, command: SMP_Pairing_Request_Command) -> None:
        """Bumble falls back to legacy pairing where its peer knows no other [S60]."""
        if command.auth_req & AuthReq.SC:
            await super().on_smp_pairing_request_command_async(command)
        else:
            self.send_pairing_failed(ErrorCode.AUTHENTICATION_REQUIREMENTS)


class Keypad(PairingDelegate):
    """Digits go to the pairing that asked last: one before it may have lost its link, and waits for ever."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(PairingDelegate.KEYBOARD_INPUT_ONLY)
        self._clock = clock
        self._open_until_s = -math.inf
        self._asked: asyncio.Future[int] | None = None
        self._device: Device | None = None

    def put_on(self, device: Device) -> None:
        def configuration(_connection: Connection) -> PairingConfig:
            return PairingConfig(sc=True, mitm=True, bonding=True, delegate=self)

        def connected(connection: Connection) -> None:
            connection.on(Connection.EVENT_PAIRING, lambda _keys: self.close_window())

        self._device = device
        device.pairing_config_factory = configuration
        device.smp_session_proxy = _Session
        device.on(Device.EVENT_CONNECTION, connected)

    def open_window(self) -> None:
        self._open_until_s = self._clock() + WINDOW_S

    def close_window(self) -> None:
        self._open_until_s = -math.inf

    async def forget_bonds(self) -> None:
        if self._device is not None and self._device.keystore is not None:
            await self._device.keystore.delete_all()

    def type(self, digits: str) -> None:
        """Raises ValueError for what is not on the keys, or not asked for."""
        if self._asked is None or self._asked.done():
            raise ValueError("no code is asked for")
        self._asked.set_result(int(digits))

    async def accept(self) -> bool:
        return self._clock() < self._open_until_s

    async def get_number(self) -> int | None:
        self._asked = asyncio.get_running_loop().create_future()
        return await self._asked

    async def confirm(self, auto: bool = False) -> bool:
        """Nothing but digits can be typed in."""
        return False
