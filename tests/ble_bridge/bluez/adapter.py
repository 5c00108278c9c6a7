"""The objects of a BlueZ with one adapter and one panel, the real firmware model, its light recorded; and what may befall them.

Written from BlueZ's D-Bus documentation and from what BlueZ 5.66 was seen to do, not from the bridge.
"""

import asyncio
import contextlib
from abc import abstractmethod
from dataclasses import replace
from typing import Any, Final, Literal, Self

from dbus_fast import BusType, Message, Variant
from dbus_fast.aio import MessageBus

from ble_bridge.drivers.open_panel_wire import (
    CONTROL_POINT_UUID,
    EMERGENCY_STOP_UUID,
    INFORMATION_UUID,
    SERVICE_UUID,
    STATUS_UUID,
    Capability,
)
from ble_bridge.virtual.model import panel_info
from ble_bridge.virtual.panel import VirtualPanel
from tests.ble_bridge.bluez.bus import Bus
from tests.ble_bridge.bluez.faults import Fault
from tests.ble_bridge.bluez.served import Served

ADDRESS: Final = "C2:11:22:33:44:55"
PASSKEY: Final = 42_917
NAME: Final = "NIRWeb Mock Panel"
ADVERTISES_EVERY_S: Final = 0.1
_ADAPTER1, _DEVICE1 = "org.bluez.Adapter1", "org.bluez.Device1"
_SERVICE1, _CHARACTERISTIC1 = "org.bluez.GattService1", "org.bluez.GattCharacteristic1"
TABLE: Final = {
    INFORMATION_UUID: ["read"],
    CONTROL_POINT_UUID: ["write", "indicate"],
    STATUS_UUID: ["read", "notify"],
    EMERGENCY_STOP_UUID: ["write", "write-without-response"],
}


class Adapter(Served):
    """`start` takes the bus name. All else is done to it by the test."""

    def __init__(self, bus: Bus, serial: str = "MOCK-1") -> None:
        super().__init__()
        self.bus = bus
        self.panel = VirtualPanel(panel_info(serial))
        self.panel.on_status = self._tell_status
        self.calls: list[tuple[str, str]] = []
        """Method, and the UUID of the characteristic where it has one."""
        self.faults: dict[str, list[Fault]] = {}
        self.linked = False
        """By radio: outlives both bluetoothd and its clients."""
        self.rssi_dbm: int | None = -50
        self.in_range = True
        self.resolves = True
        self.deaf = False
        """What the panel notifies is lost on the way."""
        self.table = dict(TABLE)
        """What bluetoothd says of the panel; `real_table` is what the panel has."""
        self.real_table = dict(TABLE)
        self.bonded = False
        self.panel_forgot = False
        """Its bond: BlueZ has one still, and the panel ends each link that is to be encrypted by it."""
        self.asks_bond: Literal["", "passkey", "just works", "confirmation"] = ""
        self.typed: asyncio.Queue[str] = asyncio.Queue()
        """What a person types at the panel."""
        self.adapter = "/org/bluez/hci0"
        self._discovering: set[str] = set()
        self._notifying: set[str] = set()
        self._agent = ("", "", "")
        self._powered = True
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def device(self) -> str:
        """Its D-Bus path."""
        return f"{self.adapter}/dev_{ADDRESS.replace(':', '_')}"

    # ── Its life ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def open(self) -> Self:
        self._spawn(self.panel.run())
        self._spawn(self._advertise())
        await self.start()
        return self

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.die()

    async def start(self) -> None:
        """bluetoothd comes up, and finds the link that is there."""
        self._objects = {}
        self._discovering.clear()
        bus = await MessageBus(bus_address=self.bus.address, bus_type=BusType.SYSTEM).connect()
        bus.add_message_handler(self._asked)
        self._bus = bus
        self.plug_in()
        if self.linked:
            self.hold()
        await bus.request_name("org.bluez")

    async def die(self) -> None:
        """kill -9: the name is lost, nobody is told anything, the radio's link stays."""
        bus, self._bus = self._bus, None
        self._notifying.clear()
        if bus is not None:
            bus.disconnect()
            with contextlib.suppress(EOFError, OSError):  # the bus itself may be gone
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast leaves it untyped

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── What is done to it ───────────────────────────────────────────────────────────────────────────────────────────
    def fault(self, member: str, **of: Any) -> Fault:
        fault = Fault(**of)
        self.faults.setdefault(member, []).append(fault)
        return fault

    def mend(self) -> None:
        self.faults.clear()
        self.deaf, self.resolves, self.in_range, self.rssi_dbm = False, True, True, -50

    def count(self, member: str, uuid: str = "") -> int:
        return sum(1 for one, of in self.calls if one == member and (not uuid or of == uuid))

    def ask_for_bond(self, how: Literal["passkey", "just works", "confirmation"]) -> None:
        """The panel says that it wants one, and what it is capable of makes BlueZ do it so."""
        self.asks_bond = how
        info = self.panel.model.info
        self.panel.model.info = replace(info, capabilities=info.capabilities | Capability.BONDING)

    def plug_in(self) -> None:
        self._powered = True
        told = {
            "Address": Variant("s", "00:00:00:00:00:01"), "Name": Variant("s", "mock"), "Alias": Variant("s", "mock"),
            "Powered": Variant("b", True), "Discovering": Variant("b", False), "Roles": Variant("as", ["central"]),
            "UUIDs": Variant("as", []),
        }  # fmt: skip
        self._add("/org/bluez", "org.bluez.AgentManager1", {})
        self._add(self.adapter, _ADAPTER1, told)

    def unplug(self) -> None:
        """The adapter is pulled: everything on it vanishes, and no "Connected" is said to be over."""
        self.linked = False
        self._forget_device()
        self._discovering.clear()
        self._remove(self.adapter)

    def power(self, *, on: bool) -> None:
        self._powered = on
        if not on:
            self._discovering.clear()
            self.drop_link()
        self._change(self.adapter, _ADAPTER1, Powered=Variant("b", on))

    @property
    def scanning(self) -> int:
        return len(self._discovering)

    def drop_link(self) -> None:
        """The link is lost, and bluetoothd says so."""
        self.linked = False
        self._notifying.clear()
        if self.device in self._objects:
            self._change(self.device, _DEVICE1, ServicesResolved=Variant("b", False), Connected=Variant("b", False))

    def hold(self) -> None:
        """The panel is linked, for whomever."""
        self.linked = True
        self.know(connected=True)
        self._resolve()

    def vanish(self) -> None:
        """The device's object is removed under a link, and nothing else is said."""
        self.linked = False
        self._notifying.clear()
        self._forget_device()

    def remember(self) -> None:
        """A device that is known from before, and not heard."""
        self.know(connected=False, rssi_dbm=None)

    # ── Objects ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def know(self, *, connected: bool, rssi_dbm: int | None = None) -> None:
        """The device's object appears."""
        told = {
            "Address": Variant("s", ADDRESS), "AddressType": Variant("s", "random"), "Name": Variant("s", NAME),
            "Alias": Variant("s", NAME), "Adapter": Variant("o", self.adapter), "Paired": Variant("b", self.bonded),
            "Connected": Variant("b", connected), "ServicesResolved": Variant("b", False), "Trusted": Variant("b", False),
            "Blocked": Variant("b", False), "LegacyPairing": Variant("b", False), "UUIDs": Variant("as", [SERVICE_UUID]),
        }  # fmt: skip
        if rssi_dbm is not None:
            told["RSSI"] = Variant("n", rssi_dbm)
        self._add(self.device, _DEVICE1, told)

    def _forget_device(self) -> None:
        for path in sorted((one for one in self._objects if one.startswith(self.device)), reverse=True):
            self._remove(path)

    async def _advertise(self) -> None:
        while True:
            await asyncio.sleep(ADVERTISES_EVERY_S)
            if self._bus is None or not self._discovering or self.linked or not self.in_range:
                continue
            if self.device not in self._objects:
                self.know(connected=False, rssi_dbm=self.rssi_dbm)
            elif self.rssi_dbm is not None:
                self._change(self.device, _DEVICE1, RSSI=Variant("n", self.rssi_dbm))

    def _resolve(self) -> None:
        service = f"{self.device}/service000a"
        if service not in self._objects:
            told = {"UUID": Variant("s", SERVICE_UUID), "Device": Variant("o", self.device), "Primary": Variant("b", True)}
            self._add(service, _SERVICE1, {**told, "Includes": Variant("ao", [])})
            for number, (uuid, may) in enumerate(self.table.items()):
                told = {"UUID": Variant("s", uuid), "Service": Variant("o", service), "Value": Variant("ay", b"")}
                told |= {"Flags": Variant("as", may), "Notifying": Variant("b", False), "MTU": Variant("q", 247)}
                self._add(f"{service}/char{0x0B + 2 * number:04x}", _CHARACTERISTIC1, told)
        self._change(self.device, _DEVICE1, ServicesResolved=Variant("b", True))

    def _uuid(self, path: str | None) -> str:
        of = self._objects.get(path or "", {}).get(_CHARACTERISTIC1)
        return str(of["UUID"].value) if of else ""

    # ── What a BlueZ makes of it ─────────────────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def _asked(self, asked: Message) -> Message | bool | None: ...

    @abstractmethod
    def _tell_status(self) -> None: ...
