"""One radio with what is on it: a virtual panel, and the bridge's controller behind its socket."""

import asyncio
import contextlib
import hashlib
import logging
from pathlib import Path
from typing import Any, Final

from bumble.hci import Address

from ble_bridge.virtual.kernel_port import KernelPort
from ble_bridge.virtual.keypad import HOLD_S, Keypad
from ble_bridge.virtual.light import Light
from ble_bridge.virtual.maker_panel import MakerPanel
from ble_bridge.virtual.makers import MAKES
from ble_bridge.virtual.model import FaultName, panel_info
from ble_bridge.virtual.panel import VirtualPanel
from ble_bridge.virtual.port import HciPort, socket_path
from ble_bridge.virtual.radio import Radio, RadioController
from ble_bridge.virtual.server import PanelServer

_NAMES: Final = {"home": "NIRWeb Virtual Panel", "demo": "NIRWeb Demo Panel"}
_log = logging.getLogger(__name__)


def _digest(*words: str) -> bytes:
    return hashlib.sha256("/".join(("nirweb virtual", *words)).encode()).digest()


def panel_name(radio: str) -> str:
    return _NAMES.get(radio, f"NIRWeb Panel {radio}"[:29])


def random_static_address(*words: str) -> str:
    """The same for the same words, so that a paired panel is known again after a restart."""
    octets = bytearray(_digest(*words)[:6])
    octets[0] |= 0xC0
    return ":".join(f"{o:02X}" for o in octets)


def serial_number(radio: str) -> str:
    return f"NWV-{_digest(radio, 'serial').hex()[:6].upper()}"


class Station:
    """`make`: of another maker's panel in place of one that speaks the open profile. Guests may come into the same air."""

    def __init__(
        self,
        radio_name: str,
        folder: Path,
        make: str | None = None,
        *,
        kernel: bool = False,
        bonds: bool = False,
        bridges: int = 1,
    ) -> None:
        """`kernel`: the bridge's side is an adapter of this machine; `bonds`: the panel asks for a bond.

        `bridges`: so many may be near; those after the first come in by `hci-<radio>-2.sock` and so on. Raises KeyError for a
        make there is not.
        """
        self.radio_name = radio_name
        self.radio = Radio()
        self.serial = "" if make else serial_number(radio_name)
        self.panel: VirtualPanel | MakerPanel
        self.server: PanelServer | MakerPanel
        address = random_static_address(radio_name, "panel")
        if make:
            self.panel = self.server = self._maker_panel(make, address, bonds=bonds)
        else:
            self.panel = VirtualPanel(panel_info(self.serial, bonds=bonds))
            self.server = PanelServer(self.panel, self.radio, name=panel_name(radio_name), address=address)
        self._guests: dict[str, tuple[MakerPanel, asyncio.Task[None]]] = {}
        self._sides = [self._bridge_side(radio_name, "bridge")]
        self.ports: list[HciPort | KernelPort] = [
            KernelPort(self._sides[0]) if kernel else HciPort(self._sides[0], socket_path(folder, f"hci-{radio_name}.sock"))
        ]
        for number in range(2, bridges + 1):
            self._sides.append(self._bridge_side(radio_name, f"bridge {number}"))
            self.ports.append(HciPort(self._sides[-1], socket_path(folder, f"hci-{radio_name}-{number}.sock")))
        self._timer: asyncio.Task[None] | None = None
        self._rebooting: asyncio.Task[None] | None = None

    def _bridge_side(self, radio_name: str, which: str) -> RadioController:
        side = RadioController(f"{which} {radio_name}", self.radio)
        # Of the kind that a kernel takes it for: both ends of a bond prove the kinds of their addresses with it.
        side.public_address = Address(random_static_address(radio_name, which), Address.PUBLIC_DEVICE_ADDRESS)
        return side

    def _maker_panel(self, make: str, address: str, *, bonds: bool = False) -> MakerPanel:
        new = MAKES[make]
        return MakerPanel(new(), self.radio, address=address, renew=new, bonds=bonds)

    async def open(self) -> None:
        await self.server.start()
        self._timer = asyncio.create_task(self.panel.run())
        self._timer.add_done_callback(self._timer_ended)
        for port in self.ports:
            await port.open()

    async def close(self) -> None:
        for port in self.ports:
            port.close()
        for make in list(self._guests):
            await self.guest(make, on=False)
        tasks = [t for t in (self._timer, self._rebooting) if t]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.server.close()

    def _timer_ended(self, task: asyncio.Task[None]) -> None:
        """A panel without its hardware timer must not go on shining."""
        if not task.cancelled():
            _log.critical("%s: hardware timer failed: %r", self.radio_name, task.exception())
            self.panel.cut_power()

    # ── What the observer may do ─────────────────────────────────────────────────────────────────────────────────────
    def state(self) -> dict[str, Any]:
        place = {
            "radio": self.radio_name,
            "name": self.server.name,
            "address": self.server.address,
            "serial": self.serial,
            "guests": {make: guest.snapshot()["light"] | {"writes": guest.writes} for make, (guest, _) in self._guests.items()},
            "connected": self.server.connected,
            "away": self.radio.away,
            "powered": self._rebooting is None or self._rebooting.done(),
        }
        return {**place, **self.panel.snapshot()}

    def history(self) -> list[Light]:
        return self.panel.record.history()

    async def fault(self, name: str, on: bool) -> None:
        """Raises ValueError for a fault there is not."""
        await self.server.set_fault(FaultName(name), on)

    def rssi(self, bridge: int, dbm: int) -> None:
        """How well the bridge of this number, from 1, hears what is here. Raises ValueError for one there is not."""
        if not 1 <= bridge <= len(self._sides):
            raise ValueError(f"there are {len(self._sides)} bridges here")
        self._sides[bridge - 1].hears_dbm = dbm

    def button(self, held_s: float = 0.0) -> None:
        """Pressed, and let go after so long. Where there are bonds, one that was held lights nothing and opens the way to one."""
        keypad = self.server.keypad
        if keypad is None or held_s < HOLD_S:
            self.panel.press_button()
            return
        self.panel.press_button(lights=False)
        keypad.open_window()

    def type(self, digits: str) -> None:
        """At a panel that asks for a bond. Raises ValueError where nothing can be typed."""
        self._keys().type(digits)

    async def forget_bonds(self) -> None:
        """As a panel does that is set back. Raises ValueError where there are none."""
        await self._keys().forget_bonds()

    def _keys(self) -> Keypad:
        if self.server.keypad is None:
            raise ValueError("this panel has no keys: start it with --bonds")
        return self.server.keypad

    def walk_away(self) -> None:
        self.radio.walk_away()

    def come_back(self) -> None:
        self.radio.come_back()

    def power_cycle(self) -> None:
        """Returns at once; the panel is found again after its boot."""
        if self._rebooting and not self._rebooting.done():
            self.panel.cut_power()
            return
        self._rebooting = asyncio.create_task(self.server.cycle_power())

    async def guest(self, make: str, *, on: bool) -> None:
        """A panel of another make comes into this air, or leaves it. Raises ValueError for a make there is not."""
        if make not in MAKES:
            raise ValueError(f"{make!r}: write one of {', '.join(MAKES)}")
        if on and make not in self._guests:
            guest = self._maker_panel(make, random_static_address(self.radio_name, "guest", make))
            await guest.start()
            self._guests[make] = (guest, asyncio.create_task(guest.run()))
        elif not on and make in self._guests:
            guest, timer = self._guests.pop(make)
            timer.cancel()
            await asyncio.gather(timer, return_exceptions=True)
            await guest.leave()

    def forget_tokens(self) -> None:
        self.panel.forget_tokens()

    async def clear(self) -> None:
        """As new: no faults, in range, dark, cool, an empty record, no guests. A link stays up."""
        for make in list(self._guests):
            await self.guest(make, on=False)
        for name in FaultName:
            await self.server.set_fault(name, on=False)
        self.radio.come_back()
        if self._rebooting:
            with contextlib.suppress(asyncio.CancelledError):
                await self._rebooting
        self.panel.renew()
