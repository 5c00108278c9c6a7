"""What is missing for the system's own Bluetooth, in plain words with what to do about it."""

import sys
from pathlib import Path
from typing import Final

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError

_ADAPTERS: Final = Path("/sys/class/bluetooth")
NO_ADAPTER: Final = "No Bluetooth adapter was found on this machine. Plug one in; it is seen without a restart."
NO_BUS: Final = "The D-Bus system bus is not running, and Bluetooth needs it."
NO_BLUETOOTHD: Final = "The Bluetooth service (bluetoothd) is not running. Start it: sudo systemctl start bluetooth"
NO_ANSWER: Final = "The Bluetooth service (bluetoothd) does not answer. Restart it: sudo systemctl restart bluetooth"
NOT_ALLOWED: Final = (
    "This user may not use Bluetooth. Add the user to the group `bluetooth` (sudo usermod -aG bluetooth USER) and sign in again."
)
OFF: Final = "Bluetooth is switched off. Switch it on: rfkill unblock bluetooth; bluetoothctl power on"
_REASONS: Final = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: NO_ADAPTER,
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: "The Bluetooth adapter of this machine is too old for light panels.",
    BleakBluetoothNotAvailableReason.POWERED_OFF: OFF,
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: NOT_ALLOWED,
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: NOT_ALLOWED,
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: NOT_ALLOWED,
}
_DBUS: Final = {
    "org.freedesktop.DBus.Error.AccessDenied": NOT_ALLOWED,
    "org.freedesktop.DBus.Error.ServiceUnknown": NO_BLUETOOTHD,
    "org.freedesktop.DBus.Error.NameHasNoOwner": NO_BLUETOOTHD,
    "org.bluez.Error.NotReady": OFF,
}


class RadioProblemError(Exception):
    """A radio cannot be used; the text is for a person."""


def no_adapter_seen(adapters: Path = _ADAPTERS) -> bool:
    """Without an adapter many systems do not start the Bluetooth service: then its absence is not what is missing."""
    return sys.platform == "linux" and (not adapters.is_dir() or not any(adapters.iterdir()))


def explain(error: BaseException) -> str:
    """What a failed scan means for a person."""
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _REASONS.get(error.reason, f"Bluetooth cannot be used: {error.args[0]}")
    if isinstance(error, BleakDBusError):
        return explain_name(error.dbus_error, str(error))
    if isinstance(error, FileNotFoundError):
        return NO_BUS
    return f"Bluetooth cannot be used: {error}"


def explain_name(error_name: str, text: str) -> str:
    """What an error of the bus means for a person."""
    return _DBUS.get(error_name, f"Bluetooth cannot be used: {text}")
