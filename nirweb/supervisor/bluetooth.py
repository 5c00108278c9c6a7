"""What this machine's own Bluetooth lacks, one line each. Nothing is switched on or written to."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

ADAPTERS: Final = Path("/sys/class/bluetooth")
SWITCHES: Final = Path("/sys/class/rfkill")
BUS: Final = Path("/run/dbus/system_bus_socket")
PATIENCE_S: Final = 2.0


def has_adapter() -> bool:
    """Whether the system shows a Bluetooth adapter. On macOS there practically always is one."""
    return sys.platform == "darwin" or any(ADAPTERS.glob("hci*"))


async def lines() -> list[str]:
    """What to tell the person about real panels; the first line says whether Bluetooth works."""
    if sys.platform == "darwin":
        return ["Bluetooth: macOS asks once whether your terminal may use it."]
    if not has_adapter():
        return ["Bluetooth: no adapter in this machine, so only the virtual panel can be used."]
    problem = _blocked() or await _problem_on_the_bus()
    names = ", ".join(sorted(path.name for path in ADAPTERS.glob("hci?")))
    return [
        f"Bluetooth: adapter {names} found, but {problem}" if problem else f"Bluetooth: adapter {names} is ready for real panels."
    ]


def _blocked() -> str | None:
    for switch in SWITCHES.glob("rfkill*"):
        if _text(switch / "type") != "bluetooth":
            continue
        if _text(switch / "hard") == "1":
            return "a switch on the machine keeps it off."
        if _text(switch / "soft") == "1":
            return "it is blocked: run  rfkill unblock bluetooth"
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


async def _problem_on_the_bus() -> str | None:
    if not BUS.exists() and "DBUS_SYSTEM_BUS_ADDRESS" not in os.environ:
        return "there is no system D-Bus: install and start  dbus  and  bluez"
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _ask_bluez()
    except TimeoutError:
        return "bluetoothd does not answer: restart it with  systemctl restart bluetooth"
    except OSError as error:
        return f"the system D-Bus refuses us ({error.strerror or error})."


async def _ask_bluez() -> str | None:
    from dbus_fast import BusType, Message
    from dbus_fast.aio import MessageBus

    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        reply = await bus.call(
            Message(destination="org.bluez", path="/", interface="org.freedesktop.DBus.ObjectManager", member="GetManagedObjects")
        )
    finally:
        bus.disconnect()
    if reply.error_name:
        return _words_for(reply.error_name)
    adapters = [found["org.bluez.Adapter1"] for found in reply.body[0].values() if "org.bluez.Adapter1" in found]
    if not adapters:
        return "bluetoothd does not see it: run  systemctl restart bluetooth"
    if not any(adapter["Powered"].value for adapter in adapters):
        return "it is switched off: run  bluetoothctl power on"
    return None


def _words_for(error: str) -> str:
    if "ServiceUnknown" in error or "NameHasNoOwner" in error or "Spawn" in error:
        return "bluetoothd does not run: install  bluez  and run  systemctl start bluetooth"
    if "AccessDenied" in error:
        return "you may not use it: run  sudo usermod -aG bluetooth $USER  and sign in again"
    return f"bluetoothd refuses us ({error})."
