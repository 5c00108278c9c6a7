"""What is missing for the system's own Bluetooth, in plain words with what to do about it."""

import os
import sys
from pathlib import Path
from typing import Final

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError

_ADAPTERS: Final = Path("/sys/class/bluetooth")
_BUS: Final = Path("/run/dbus/system_bus_socket")
NO_ADAPTER: Final = "No Bluetooth adapter was found on this machine. Plug one in; it is seen without a restart."
NO_BUS: Final = "The D-Bus system bus is not running, and Bluetooth needs it."
NO_BLUETOOTHD: Final = "The Bluetooth service (bluetoothd) is not running. Start it: sudo systemctl start bluetooth"
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


def find_problem(adapters: Path = _ADAPTERS, bus: Path = _BUS) -> str:
    """What can be seen without asking the Bluetooth service; the rest comes up when it is asked. Empty: nothing."""
    if sys.platform != "linux":
        return ""
    if not adapters.is_dir() or not any(adapters.iterdir()):
        return NO_ADAPTER
    if not bus.exists() and "DBUS_SYSTEM_BUS_ADDRESS" not in os.environ:
        return NO_BUS
    return ""


def explain(error: BaseException) -> str:
    """What a failed scan means for a person."""
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _REASONS.get(error.reason, f"Bluetooth cannot be used: {error.args[0]}")
    if isinstance(error, BleakDBusError):
        return _DBUS.get(error.dbus_error, f"Bluetooth cannot be used: {error}")
    if isinstance(error, FileNotFoundError):
        return NO_BUS
    return f"Bluetooth cannot be used: {error}"


async def linked_devices() -> dict[str, str]:
    """Devices that BlueZ holds connected, for whomever: name by address. Empty where there is no BlueZ to ask."""
    if not _BUS.exists() and "DBUS_SYSTEM_BUS_ADDRESS" not in os.environ:
        return {}
    # only here: other systems lack it
    from dbus_fast import BusType, Message, MessageType
    from dbus_fast.aio import MessageBus

    try:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    except (OSError, EOFError):
        return {}
    try:
        asked = Message(
            destination="org.bluez", path="/", interface="org.freedesktop.DBus.ObjectManager", member="GetManagedObjects"
        )
        answer = await bus.call(asked)
    finally:
        bus.disconnect()
    if answer.message_type is not MessageType.METHOD_RETURN:
        return {}
    devices = (interfaces.get("org.bluez.Device1", {}) for interfaces in answer.body[0].values())
    plain = ({key: value.value for key, value in device.items()} for device in devices)
    return {one["Address"]: one.get("Name", "") for one in plain if one.get("Connected") and "Address" in one}
