"""One connected device. Every call has its own deadline, because a silent device holds one for 30 s."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from hashlib import sha256
from typing import Final, TypeVar

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakError, BleakGATTProtocolError

from ble_bridge.conversation import DEADLINE_S, OperationFailedError
from ble_bridge.radio.bounded import bounded
from ble_bridge.run_words import Outcome

T = TypeVar("T")
DISCONNECT_WITHIN_S: Final = 3.0
"""BlueZ takes two seconds; a disconnect is never a stop."""
_HIDDEN_SERVICES: Final = frozenset({"00001800-0000-1000-8000-00805f9b34fb", "00001801-0000-1000-8000-00805f9b34fb"})
"""Generic access and attribute: some systems show them, some do not."""


class Loss:
    """The end of a link, told once, whoever sees it first: bleak, or who watches BlueZ."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell: Callable[[], None] = tell
        self._made = False
        self.happened = False

    def told_from_now_on(self) -> None:
        """While a link is being made, an attempt may fail and the next succeed: that is no loss."""
        self._made = True

    def happen(self) -> None:
        if self._made and not self.happened:
            self.happened = True
            self._tell()


class GattLink:
    """Made by `Radio.connect`."""

    def __init__(self, client: BleakClient, loss: Loss) -> None:
        self._client = client
        self._loss = loss
        self._under_way: set[asyncio.Timeout] = set()

    @property
    def address(self) -> str:
        return str(self._client.address)

    @property
    def connected(self) -> bool:
        return not self._loss.happened and bool(self._client.is_connected)

    def sever(self) -> None:
        """The link is gone and bleak does not know: what is under way ends now, not at its deadline [Z1, Z2]."""
        self._loss.happen()
        for deadline in list(self._under_way):
            deadline.reschedule(asyncio.get_running_loop().time())

    def characteristics(self) -> list[str]:
        return [char.uuid for service in self._client.services for char in service.characteristics]

    def table(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each characteristic with what may be done with it."""
        return [(char.uuid, tuple(char.properties)) for service in self._client.services for char in service.characteristics]

    def fingerprint(self) -> str:
        """Hash of the table of services, characteristics and properties, the same on every system [B30]."""
        rows = (
            f"{service.uuid} {char.uuid} {','.join(sorted(char.properties))}"
            for service in self._client.services
            if service.uuid not in _HIDDEN_SERVICES
            for char in service.characteristics
        )
        return fingerprint(rows)

    async def read(self, characteristic: str) -> bytes:
        """Raises OperationFailedError, as all of these do: missed, lost or refused."""
        return bytes(await self._within(lambda: self._client.read_gatt_char(characteristic)))

    async def told(self, information: str | None) -> bytes:
        """What a driver in code reads first; nothing where its profile names no such characteristic."""
        return await self.read(information) if information is not None else b""

    async def write(self, characteristic: str, payload: bytes, *, with_response: bool) -> None:
        """Without a response also where one was wished for and the device offers none."""
        found = self._client.services.get_characteristic(characteristic) if self.connected else None
        offered = found is None or ("write" if with_response else "write-without-response") in found.properties
        response = with_response if offered else not with_response
        await self._within(lambda: self._client.write_gatt_char(characteristic, payload, response=response))

    async def subscribe(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        def callback(_characteristic: BleakGATTCharacteristic, payload: bytearray) -> None:
            heard(bytes(payload))

        await self._within(lambda: self._client.start_notify(characteristic, callback))

    async def close(self) -> None:
        """End the link, or at least stop waiting for its end."""
        try:
            await bounded(self._client.disconnect(), DISCONNECT_WITHIN_S)
        except (BleakError, TimeoutError, EOFError, OSError):
            return
        finally:
            self._loss.happen()

    async def _until_severed(self, call: Callable[[], Awaitable[T]]) -> T:
        async with asyncio.timeout(DEADLINE_S) as deadline:
            self._under_way.add(deadline)
            try:
                return await call()
            finally:
                self._under_way.discard(deadline)

    async def _within(self, call: Callable[[], Awaitable[T]]) -> T:
        if not self.connected:
            raise OperationFailedError("lost", "not connected")
        try:
            return await self._until_severed(call)
        except TimeoutError as error:
            if self._loss.happened:
                raise OperationFailedError("lost", "the link is gone") from error
            raise OperationFailedError("missed", f"no answer within {DEADLINE_S} s") from error
        except BleakGATTProtocolError as error:
            raise OperationFailedError("refused", str(error)) from error
        except (BleakError, EOFError, OSError) as error:
            lost = self._loss.happened or not self._client.is_connected
            outcome: Outcome = "lost" if lost else "missed"
            raise OperationFailedError(outcome, str(error)) from error


def fingerprint(rows: Iterable[str]) -> str:
    return sha256("\n".join(sorted(rows)).encode()).hexdigest()
