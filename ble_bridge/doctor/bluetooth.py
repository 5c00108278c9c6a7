"""The radios: adapter, permission, D-Bus, the Bluetooth service, a virtual radio [G20-G28]."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ble_bridge.doctor.finding import Finding, mind, ok, wrong

BUS: Final = "unix:path=/run/dbus/system_bus_socket"
ANSWER_WITHIN_S: Final = 5.0
DENIED: Final = frozenset({"org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AuthFailed"})
NOBODY: Final = frozenset(
    {
        "org.freedesktop.DBus.Error.ServiceUnknown",
        "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.DBus.Error.Spawn.ChildExited",
        "org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
    }
)
Objects = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Places:
    """Where Linux shows its Bluetooth."""

    adapters: Path = Path("/sys/class/bluetooth")
    switches: Path = Path("/sys/class/rfkill")


class NoAnswer(Exception):
    """The Bluetooth service did not answer; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def radios(specs: tuple[str, ...], places: Places) -> Iterator[Finding]:
    if not specs:
        yield mind("G28", "This bridge has no radio", 'Write into bridge.toml: radios = ["system"]')
    for spec in specs:
        if spec == "system":
            yield from system(places)
        else:
            yield virtual(Path(spec.removeprefix("virtual:")))


def system(places: Places) -> Iterator[Finding]:
    """G20-G26; what needs the one before is not looked at without it."""
    if sys.platform != "linux":
        yield mind(
            "G20", "This system shows its Bluetooth only to programs that a person has allowed to use it",
            "Run  python3 -m ble_bridge scan : it asks for leave, and says what it hears.",
        )  # fmt: skip
        return
    if not places.adapters.is_dir() or not any(places.adapters.iterdir()):
        yield wrong(
            "G20", "No Bluetooth adapter was found", "Plug one in, or hand it to this (virtual) machine; no restart is needed."
        )
        return
    yield ok("G20", f"Adapter: {', '.join(sorted(one.name for one in places.adapters.iterdir() if ':' not in one.name))}")
    yield from switched_off(places.switches)
    try:
        objects = asyncio.run(bluez())
    except NoAnswer as error:
        yield error.finding
        return
    yield ok("G24", "The Bluetooth service (bluetoothd) answers")
    yield from adapters(objects)


def switched_off(switches: Path) -> Iterator[Finding]:
    """G21."""
    for one in sorted(switches.glob("rfkill*")):
        if _text(one / "type") != "bluetooth":
            continue
        if _text(one / "hard") == "1":
            yield wrong(
                "G21", f"{one.name}: Bluetooth is off by a switch or key of the machine", "Move that switch, or press that key."
            )
        elif _text(one / "soft") == "1":
            yield wrong("G21", f"{one.name}: Bluetooth is blocked (airplane mode)", "sudo rfkill unblock bluetooth")


def adapters(objects: Objects) -> Iterator[Finding]:
    """G25, G26: one adapter that works is enough."""
    found = {path: kinds["org.bluez.Adapter1"] for path, kinds in objects.items() if "org.bluez.Adapter1" in kinds}
    if not found:
        yield wrong(
            "G25", "bluetoothd knows no adapter", "sudo systemctl restart bluetooth ; if that does not help: dmesg | grep -i blue"
        )
        return
    on = {path: one for path, one in found.items() if one.get("Powered")}
    if not on:
        yield wrong("G25", "The Bluetooth adapter is switched off", "bluetoothctl power on")
    elif not any("central" in one.get("Roles", ["central"]) for one in on.values()):
        yield wrong(
            "G26", "The Bluetooth adapter is too old: it cannot do Bluetooth LE", "Plug in an adapter of Bluetooth 4.0 or later."
        )
    else:
        yield ok("G25", "The Bluetooth adapter is on and speaks Bluetooth LE")


async def bluez() -> Objects:
    """What bluetoothd says of itself. Raises NoAnswer [G22-G24]."""
    # only here: other systems lack it
    from dbus_fast import BusType, Message, MessageType
    from dbus_fast.aio import MessageBus
    from dbus_fast.errors import AuthError

    where = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", BUS)
    start = "sudo systemctl start dbus ; in a container: give it /run/dbus/system_bus_socket of its machine."
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    except (OSError, EOFError, TimeoutError) as error:
        raise NoAnswer(wrong("G22", f"The D-Bus system bus is not there ({where}: {_words(error)})", start)) from error
    except AuthError as error:
        raise NoAnswer(wrong("G22", f"The D-Bus system bus does not let this user in: {error}", start)) from error
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            answer = await bus.call(
                Message(
                    destination="org.bluez", path="/", interface="org.freedesktop.DBus.ObjectManager", member="GetManagedObjects"
                )
            )
    except TimeoutError as error:
        raise NoAnswer(wrong("G24", "bluetoothd does not answer", "sudo systemctl restart bluetooth")) from error
    finally:
        bus.disconnect()
    if answer.message_type is MessageType.METHOD_RETURN:
        return {
            path: {kind: {name: value.value for name, value in one.items()} for kind, one in kinds.items()}
            for path, kinds in answer.body[0].items()
        }
    raise NoAnswer(_refused(answer.error_name or "", str(answer.body[0]) if answer.body else ""))


def _refused(name: str, words: str) -> Finding:
    if name in DENIED:
        return wrong(
            "G23", "The D-Bus policy does not let this user speak to bluetoothd",
            f"{_group()} (the rule stands in /etc/dbus-1/system.d/bluetooth.conf)",
        )  # fmt: skip
    if name in NOBODY:
        return wrong(
            "G24",
            "The Bluetooth service (bluetoothd) is not running",
            "sudo systemctl enable --now bluetooth ; without it: sudo apt install bluez",
        )
    return wrong("G24", f"bluetoothd answered with an error: {name} {words}".rstrip(), "sudo systemctl restart bluetooth")


def _group() -> str:
    """Debian's policy lets the group `bluetooth` in, and whoever sits at the machine."""
    import grp
    import pwd

    user = pwd.getpwuid(os.getuid()).pw_name
    try:
        group = grp.getgrnam("bluetooth")
    except KeyError:
        return "Run the bridge as a user who may: the group `bluetooth` is not known here"
    if group.gr_gid in os.getgroups():
        return "This user is in the group `bluetooth` already, so look at the policy itself"
    if user in group.gr_mem:
        return f"{user} is in the group `bluetooth`, but not yet in this session: sign in again, or restart the service"
    return f"sudo usermod -aG bluetooth {user} , then sign in again or restart the service"


def virtual(socket: Path) -> Finding:
    """G27: asked by its observer, since a second connection to the radio itself would take it from the bridge."""
    from ble_bridge.virtual.observer import Observer, ObserverError

    radio = socket.name.removeprefix("hci-").removesuffix(".sock")
    try:
        name = Observer(socket.parent / "observer.sock", radio).state()["name"]
    except (ObserverError, OSError, KeyError):
        return wrong(
            "G27", f"The virtual radio at {socket} is not there",
            "It comes with  python3 manage.py up ; a bridge of your own uses radios = [\"system\"].",
        )  # fmt: skip
    return ok("G27", f"The virtual radio answers: {name}")


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
