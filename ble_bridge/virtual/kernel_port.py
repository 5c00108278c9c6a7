"""The bridge's side of a radio as an adapter of this machine's own kernel, through /dev/vhci: bluetoothd then finds the panel.

Needs root and the kernel's module `hci_vhci`. Meant for a virtual machine: on a desk it becomes one of its adapters.
"""

from pathlib import Path
from typing import Any, Final

from bumble.transport.vhci import open_vhci_transport

from ble_bridge.virtual.radio import RadioController

DEVICE: Final = Path("/dev/vhci")


class KernelPort:
    """In place of an `HciPort`. The kernel is the host until the process ends."""

    def __init__(self, controller: RadioController) -> None:
        self._controller = controller
        self._transport: Any = None

    async def open(self) -> None:
        """Raises OSError where there is no such device, or no right to it."""
        self._transport = await open_vhci_transport(str(DEVICE))
        self._controller.host = self._transport.sink
        self._transport.source.set_packet_sink(self._controller)

    def close(self) -> None:
        self._controller.leave_host()
        if self._transport is not None:
            self._transport.source.parser.sink = None
