"""One bridge for the machine's Bluetooth: two would take each other's links and scans [Z5]."""

import socket
from hashlib import blake2s

from ble_bridge.radio.system import RadioProblemError

TAKEN = (
    "Another bridge of this machine uses its Bluetooth. Stop it first (sudo systemctl stop nirweb-bridge, or end `up`), "
    "or put both homes into one bridge."
)


class Sole:
    """An abstract socket's name is free the moment its process dies, and no file is left behind."""

    def __init__(self, bus_address: str) -> None:
        self._name = f"\0nirweb-bluetooth-{blake2s(bus_address.encode(), digest_size=8).hexdigest()}"
        self._socket: socket.socket | None = None

    def take(self) -> None:
        """Again and again, if you like. Raises RadioProblemError."""
        if self._socket is not None:
            return
        mine = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            mine.bind(self._name)
        except OSError as error:
            mine.close()
            raise RadioProblemError(TAKEN) from error
        self._socket = mine

    def release(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
