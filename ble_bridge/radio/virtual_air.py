"""The air of the virtual panels: a controller of ours, reached over a local socket."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from ble_bridge.radio.gatt import GattLink
from ble_bridge.radio.system import RadioProblemError


class VirtualAir:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._host: Any = None
        self._backends: Any = None

    async def open(self) -> bool:
        """True when it is a new one. Raises RadioProblemError."""
        if self._host is not None and self._host.alive:
            return False
        # only here: bumble weighs 20 MB
        from ble_bridge.virtual.backend import backends_of
        from ble_bridge.virtual.host import VirtualHost

        try:
            self._host = await VirtualHost.open(self._path)
        except (BleakError, TimeoutError) as error:
            raise RadioProblemError(f"the virtual radio at {self._path} is not there") from error
        self._backends = backends_of(self._host)
        return True

    async def close(self) -> None:
        if self._host is not None:
            await self._host.close()

    def backend(self, which: Literal["scanner", "client"]) -> dict[str, Any]:
        return {} if self._backends is None else {"backend": getattr(self._backends, which)}

    def takes(self, _rssi_dbm: int) -> bool:
        return True

    async def linked(self, _address: str) -> BLEDevice | None:
        return None

    async def held(self) -> dict[str, str]:
        return {}

    def connecting(self, _device: BLEDevice) -> None: ...

    def connected(self, _device: BLEDevice, _link: GattLink) -> None: ...

    def let_go(self, _device: BLEDevice) -> None: ...

    async def bond(self, _device: BLEDevice, _show: Callable[[str | None], None]) -> None:
        raise RadioProblemError("there are no bonds on the virtual radio")

    async def bonded(self, _device: BLEDevice) -> bool:
        return False

    async def unbond(self, _device: BLEDevice) -> None: ...

    async def forget(self, _device: BLEDevice) -> bool:
        return False
