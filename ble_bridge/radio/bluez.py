"""BlueZ as it is: who serves the bus name, its adapters, what it holds connected. bleak does not look at any of these [Z1-Z4].

One connection of our own, with few signals on it. Objects are named by their D-Bus paths.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from ble_bridge.radio.agent import CAPABILITY, PATH, Agent, Show
from ble_bridge.radio.system import (
    NO_ADAPTER,
    NO_ANSWER,
    NO_BLUETOOTHD,
    NO_BUS,
    OFF,
    RadioProblemError,
    explain_name,
    no_adapter_seen,
)

PAIR_WITHIN_S: Final = 40.0
"""A person types six digits in it; Bluetooth's own limit is 30 s [Z16]."""
ANSWER_WITHIN_S: Final = 5.0
"""For a question to bluetoothd itself, which asks no panel."""
SYSTEM_BUS: Final = Path("/run/dbus/system_bus_socket")
EVERYTHING: Final = "/"
_NAME: Final = "org.bluez"
_ROOT: Final = "/org/bluez"
_ADAPTER: Final = "org.bluez.Adapter1"
_AGENTS: Final = "org.bluez.AgentManager1"
_DEVICE: Final = "org.bluez.Device1"
_OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_DAEMON: Final = "org.freedesktop.DBus"
_SIGNALS: Final = (
    f"type='signal',sender='{_DAEMON}',interface='{_DAEMON}',member='NameOwnerChanged',arg0='{_NAME}'",
    f"type='signal',sender='{_NAME}',interface='{_OBJECTS}',member='InterfacesAdded'",
    f"type='signal',sender='{_NAME}',interface='{_OBJECTS}',member='InterfacesRemoved'",
    f"type='signal',sender='{_NAME}',interface='{_PROPERTIES}',member='PropertiesChanged',arg0='{_ADAPTER}'",
)
Objects = dict[str, dict[str, dict[str, Any]]]
log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """A device as BlueZ knows it, in range or not."""

    path: str
    address: str
    properties: dict[str, Any]

    @property
    def connected(self) -> bool:
        return bool(self.properties.get("Connected"))

    @property
    def bonded(self) -> bool:
        return bool(self.properties.get("Paired"))


def bus_address() -> str:
    return os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={SYSTEM_BUS}")


class BlueZ:
    """`gone` hears the path of what vanished, with all below it; `ready` that an adapter came (back) into use."""

    def __init__(self, gone: Callable[[str], None], ready: Callable[[], None]) -> None:
        self._gone = gone
        self._ready = ready
        self._bus: MessageBus | None = None
        self._opening = asyncio.Lock()
        self._served = False
        self._agent = Agent()
        self._pairing = asyncio.Lock()
        self._adapters: dict[str, bool] = {}
        """Powered or not, by path."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listens from now on. Raises RadioProblemError while it cannot be used."""
        async with self._opening:
            if self._bus is None:
                self._bus = await self._connect()
            if not self._served or not self._adapters:
                await self._load()
        if not any(self._adapters.values()):
            raise RadioProblemError(OFF if self._adapters else NO_ADAPTER)

    async def close(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ── Questions ────────────────────────────────────────────────────────────────────────────────────────────────────
    async def devices(self) -> list[Known]:
        """All that it knows. Raises RadioProblemError."""
        objects = await self._objects()
        told = ((path, interfaces[_DEVICE]) for path, interfaces in objects.items() if _DEVICE in interfaces)
        return [Known(path, properties["Address"], properties) for path, properties in told if "Address" in properties]

    async def device(self, address: str) -> Known | None:
        """By its address; a connected one first, where several adapters know it. Raises RadioProblemError."""
        known = [device for device in await self.devices() if device.address.upper() == address.upper()]
        return next((device for device in known if device.connected), known[0] if known else None)

    async def disconnect(self, device: Known) -> None:
        """Ends its link, whoever made it. Raises RadioProblemError."""
        await self.call(device.path, _DEVICE, "Disconnect")

    async def remove(self, device: Known) -> None:
        """Forgets it with its table and its bond. Raises RadioProblemError."""
        await self.call(device.path.rsplit("/", 1)[0], _ADAPTER, "RemoveDevice", "o", [device.path])

    async def pair(self, device: Known, show: Show) -> None:
        """A bond made with a passkey that `show` is told, or none. Raises RadioProblemError."""
        async with self._pairing:
            await self._pair(device, show)

    async def _pair(self, device: Known, show: Show) -> None:
        with contextlib.suppress(RadioProblemError):  # one that could not be withdrawn
            await self.call(_ROOT, _AGENTS, "UnregisterAgent", "o", [PATH])
        await self.call(_ROOT, _AGENTS, "RegisterAgent", "os", [PATH, CAPABILITY])
        self._agent.begin(show)
        try:
            await self.call(device.path, _DEVICE, "Pair", within_s=PAIR_WITHIN_S)
        except RadioProblemError:
            with contextlib.suppress(RadioProblemError):
                await self.call(device.path, _DEVICE, "CancelPairing")
            raise
        finally:
            self._agent.end()
        if not self._agent.shown:
            await self.remove(device)
            raise RadioProblemError("it was paired without a code, which proves nothing, so it was let go again")

    async def _objects(self) -> Objects:
        (objects,) = await self.call("/", _OBJECTS, "GetManagedObjects")
        return {path: {name: _plain(one) for name, one in interfaces.items()} for path, interfaces in objects.items()}

    async def call(
        self, path: str, interface: str, member: str, signature: str = "", body: list[Any] | None = None,
        *, to: str = _NAME, within_s: float | None = None,
    ) -> list[Any]:  # fmt: skip
        """The body of the answer. Raises RadioProblemError."""
        if self._bus is None:
            raise RadioProblemError(NO_BUS)
        asked = Message(destination=to, path=path, interface=interface, member=member, signature=signature, body=body or [])
        try:
            async with asyncio.timeout(within_s or ANSWER_WITHIN_S):
                answer = await self._bus.call(asked)
        except TimeoutError as error:
            raise RadioProblemError(f"{NO_ANSWER} ({member})") from error
        except (OSError, EOFError, DBusError) as error:
            raise RadioProblemError(NO_BUS) from error
        if answer.message_type is not MessageType.METHOD_RETURN:
            raise RadioProblemError(explain_name(answer.error_name or "", f"{member}: {answer.body}"))
        return list(answer.body)

    # ── Listening ────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _connect(self) -> MessageBus:
        bus = MessageBus(bus_type=BusType.SYSTEM)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await bus.connect()
                bus.add_message_handler(self._heard)
                bus.add_message_handler(self._agent.asked)
                for rule in _SIGNALS:
                    await bus.call(_to_daemon("AddMatch", rule))
        except (OSError, EOFError, TimeoutError, DBusError) as error:
            bus.disconnect()
            raise RadioProblemError(NO_BUS) from error
        self._spawn(self._until_lost(bus))
        return bus

    async def _until_lost(self, bus: MessageBus) -> None:
        with contextlib.suppress(Exception):  # it raises what ended it, and whatever that was, it ended
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast leaves it untyped
        if self._bus is bus:
            log.warning("the system bus is gone, and all Bluetooth links with it")
            self._bus = None
            self._lost()

    async def _load(self) -> None:
        """Raises RadioProblemError."""
        (owned,) = await self.call("/org/freedesktop/DBus", _DAEMON, "NameHasOwner", "s", [_NAME], to=_DAEMON)
        if not owned:
            raise RadioProblemError(NO_ADAPTER if no_adapter_seen() else NO_BLUETOOTHD)
        objects = await self._objects()
        self._served = True
        self._adapters = {path: bool(one[_ADAPTER].get("Powered")) for path, one in objects.items() if _ADAPTER in one}

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _lost(self) -> None:
        self._served = False
        self._adapters.clear()
        self._gone(EVERYTHING)

    def _heard(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        match message.member:
            case "NameOwnerChanged" if message.body[0] == _NAME:
                self._owner_changed(before=message.body[1], now=message.body[2])
            case "InterfacesAdded" if _ADAPTER in message.body[1]:
                self._adapter(message.body[0], _plain(message.body[1][_ADAPTER]))
            case "InterfacesRemoved" if message.body[0].startswith(_ROOT):
                self._removed(*message.body)
            case "PropertiesChanged" if message.body[0] == _ADAPTER and message.path:
                self._adapter(message.path, _plain(message.body[1]))

    def _owner_changed(self, *, before: str, now: str) -> None:
        """A bluetoothd that dies says nothing, and bleak goes on believing in its links [Z1]."""
        if before:
            log.warning("the Bluetooth service is gone, and all links with it")
            self._lost()
        if now:
            log.info("the Bluetooth service is there")
            self._spawn(self._welcome())

    async def _welcome(self) -> None:
        with contextlib.suppress(RadioProblemError):  # it comes with an adapter later, or is asked again
            await self.open()
            self._ready()

    def _adapter(self, path: str, told: dict[str, Any]) -> None:
        if "Powered" not in told:
            return
        before, self._adapters[path] = self._adapters.get(path, False), bool(told["Powered"])
        if before and not told["Powered"]:
            self._gone(path)
        elif told["Powered"] and not before:
            self._ready()

    def _removed(self, path: str, interfaces: list[str]) -> None:
        if _ADAPTER in interfaces:
            self._adapters.pop(path, None)
        if _ADAPTER in interfaces or _DEVICE in interfaces:
            self._gone(path)


def _to_daemon(member: str, word: str) -> Message:
    return Message(
        destination=_DAEMON, path="/org/freedesktop/DBus", interface=_DAEMON, member=member, signature="s", body=[word]
    )


def _plain(properties: dict[str, Variant]) -> dict[str, Any]:
    return {name: value.value for name, value in properties.items()}
