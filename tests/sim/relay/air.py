"""The air between bridges and panels: links with latency, a queue of one request at a time, loss, and devices out of reach.

The bridge's own `GattLink` speaks to `Client`, which has the face of a bleak client. What a bridge gave up waiting for is still
in the queue, and may still be sent: as with the stack of a real system.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

from bleak.exc import BleakError, BleakGATTProtocolError

from ble_bridge.conversation import DEADLINE_S, OperationFailedError
from ble_bridge.drivers.open_panel_wire import (
    CONTROL_POINT_UUID,
    EMERGENCY_STOP_UUID,
    INFORMATION_UUID,
    SERVICE_UUID,
    STATUS_UUID,
    encode_info,
)
from ble_bridge.radio.gatt import GattLink, Loss
from ble_bridge.virtual.model import FaultName
from tests.sim.relay.lamp import Lamp
from tests.sim.relay.world import Process, World

UNLIKELY: Final = 0x0E
SLOW_S: Final = 2.0
SUPERVISION_S: Final = 4.0
ATT_GIVES_UP_S: Final = 30.0
_TABLE: Final = {
    INFORMATION_UUID: ["read"],
    CONTROL_POINT_UUID: ["write", "indicate"],
    STATUS_UUID: ["read", "notify"],
    EMERGENCY_STOP_UUID: ["write", "write-without-response"],
}


class _Services(list[Any]):
    def get_characteristic(self, uuid: str) -> Any:
        return next((char for char in self[0].characteristics if char.uuid == uuid), None)


SERVICES: Final = _Services(
    [SimpleNamespace(uuid=SERVICE_UUID, characteristics=[SimpleNamespace(uuid=u, properties=p) for u, p in _TABLE.items()])]
)


@dataclass
class Air:
    """What all links share."""

    world: World
    lamps: dict[str, Lamp] = field(default_factory=dict)
    latency_s: tuple[float, float] = (0.01, 0.04)
    rssi: dict[tuple[str, str], int] = field(default_factory=dict)
    """Radio and panel → how well it is heard, dBm; not there: out of reach."""
    links: list["Client"] = field(default_factory=list)
    most_links: int = 1
    """How many centrals a panel takes at once."""
    on_write: Callable[["Client", bytes], None] = lambda _link, _payload: None
    """Told of each command that a bridge writes, when it writes it."""

    def add(self, lamp: Lamp) -> None:
        self.lamps[lamp.name] = lamp
        lamp.on_status = lambda: self._notify(lamp)

    def reaches(self, radio: str, lamp: Lamp) -> bool:
        return (radio, lamp.name) in self.rssi

    def links_to(self, lamp: Lamp) -> list["Client"]:
        return [link for link in self.links if link.lamp is lamp and link.is_connected]

    def delay_s(self) -> float:
        return self.world.some(*self.latency_s)

    def _notify(self, lamp: Lamp) -> None:
        links = self.links_to(lamp)
        if links and not lamp.has(FaultName.MUTE, FaultName.NO_NOTIFY, FaultName.NO_STATUS):
            payload = lamp.status()
            for link in links:
                link.notified(STATUS_UUID, payload)

    def drop(self, lamp: Lamp) -> None:
        """Every link to it is lost."""
        for link in self.links_to(lamp):
            link.lose()


class Client:
    """One link, with the face of a bleak client."""

    services = SERVICES

    def __init__(self, air: Air, process: Process, radio: str, lamp: Lamp, on_lost: Callable[[], None]) -> None:
        self.air, self.process, self.radio, self.lamp = air, process, radio, lamp
        self.address = lamp.name
        self.is_connected = True
        self._on_lost = on_lost
        self._heard: dict[str, Callable[[Any, bytearray], None]] = {}
        self._queue: list[Callable[[], None]] = []
        self._busy = False
        self.misses = 0
        """Requests in a row without an answer in time, as anybody at this end could count them."""
        self._unanswered: dict[bytes, Callable[[], None]] = {}
        air.links.append(self)
        if lamp.has(FaultName.DROP_LINK):
            air.world.later(0.3, self.lose)

    # ── bleak's face ─────────────────────────────────────────────────────────────────────────────────────────────────
    async def read_gatt_char(self, uuid: str) -> bytes:
        return await self._request(lambda: encode_info(self.lamp.model.info) if uuid == INFORMATION_UUID else self._status())

    async def write_gatt_char(self, uuid: str, payload: bytes, *, response: bool) -> None:
        if not self.process.alive:
            raise BleakError("dead")
        if uuid == EMERGENCY_STOP_UUID and not response:
            self._later(self.air.delay_s(), self.lamp.emergency_stop)
            return
        self.air.on_write(self, payload)
        self._unanswered[payload[:2]] = answered = self._timed()
        await self._request(lambda: self._control(payload), refused=answered)

    async def start_notify(self, uuid: str, callback: Callable[[Any, bytearray], None]) -> None:
        self._heard[uuid] = callback
        await self._request(lambda: b"")

    async def disconnect(self) -> None:
        if self.process.alive:
            await asyncio.sleep(0.05)
            self.lose()

    # ── The queue of requests ────────────────────────────────────────────────────────────────────────────────────────
    def _timed(self) -> Callable[[], None]:
        """To be called when the answer is there."""
        open_ = [True]

        def miss() -> None:
            asleep_s = self.process.machine.asleep_until_s - self.air.world.now_s
            if asleep_s > 0:  # what came meanwhile is heard first when it wakes
                self.air.world.later(asleep_s, lambda: self.process.call(miss))
            elif open_ and open_.pop():
                self.misses += 1

        def answered() -> None:
            if open_ and open_.pop():
                self.misses = 0

        self.air.world.later(DEADLINE_S, miss)
        return answered

    def _request(self, act: Callable[[], bytes], *, refused: Callable[[], None] | None = None) -> Awaitable[bytes]:
        """One at a time: what waits behind a request that is stuck waits too, whether or not anybody still wants it.

        `refused`: of a command, which an indication answers, unless it is refused.
        """
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if not self.process.alive or not self.is_connected:
            done.set_exception(BleakError("not connected"))
            return done

        answered = self._timed() if refused is None else None

        def answer(payload: bytes | None, error: int | None = None) -> None:
            self._busy = False
            if (heard := answered or (refused if error else None)) is not None:
                heard()
            self.process.call(lambda: _settle(done, payload, error))
            self._next()

        def at_panel() -> None:
            if self.lamp.has(FaultName.MUTE):
                self._while_mute(answer)
                return
            try:
                payload = act()
            except BleakGATTProtocolError:
                self._later(self.air.delay_s(), lambda: answer(None, UNLIKELY))
                return
            self._later(self.air.delay_s(), lambda: answer(payload))

        self._queue.append(lambda: self._later(self.air.delay_s(), at_panel))
        self._next()
        return done

    def _while_mute(self, answer: Callable[[bytes | None, int | None], None]) -> None:
        """Held until the fault is switched off, and then refused; the stack gives the link up after half a minute [S70]."""
        mutes, began_s = self.lamp.mutes, self.air.world.now_s

        def look() -> None:
            if self.lamp.mutes != mutes:
                answer(None, UNLIKELY)
            elif self.air.world.now_s - began_s > ATT_GIVES_UP_S:
                self.lose()
            else:
                self._later(0.25, look)

        look()

    def _next(self) -> None:
        if self._queue and not self._busy and self.is_connected:
            self._busy = True
            self._queue.pop(0)()

    def _later(self, delay_s: float, call: Callable[[], None]) -> None:
        """Only while this link is up: a link that is gone takes what was on it with it."""
        self.air.world.later(delay_s, lambda: call() if self.is_connected else None)

    def _status(self) -> bytes:
        if self.lamp.has(FaultName.NO_STATUS):
            raise BleakGATTProtocolError(UNLIKELY)
        return self.lamp.status()

    def _control(self, payload: bytes) -> bytes:
        lamp, stops = self.lamp, self.lamp.stops

        def act() -> None:
            if payload[0] != 2 and lamp.stops != stops:
                return
            answer = lamp.control(payload)
            if self.is_connected:
                self.notified(CONTROL_POINT_UUID, answer)

        now_s = self.air.world.now_s
        lamp.acts_s = max(lamp.acts_s, now_s + (SLOW_S if lamp.has(FaultName.SLOW) else 0.0))
        if lamp.acts_s > now_s:
            self.air.world.later(lamp.acts_s - now_s, act)  # also when the link is gone by then [S71], in order [S10]
        else:
            act()
        return b""

    def notified(self, uuid: str, payload: bytes) -> None:
        self._later(self.air.delay_s(), lambda: self.process.call(lambda: self._hear(uuid, payload)))

    def _hear(self, uuid: str, payload: bytes) -> None:
        if uuid == CONTROL_POINT_UUID:
            self._unanswered.pop(payload[1:3], lambda: None)()
        if self.is_connected and uuid in self._heard:
            self._heard[uuid](None, bytearray(payload))

    def lose(self) -> None:
        """The link is gone; its process is told."""
        if self.is_connected:
            self.is_connected = False
            self.air.links.remove(self)
            self.air.world.note(self.radio, "link lost to", self.lamp.name)
            self.process.call(self._on_lost)


def _settle(done: "asyncio.Future[bytes]", payload: bytes | None, error: int | None) -> None:
    if done.done():
        return
    if error is not None or payload is None:
        done.set_exception(BleakGATTProtocolError(error or UNLIKELY))
    else:
        done.set_result(payload)


class AirRadio:
    """A bridge's radio in this air, with the face of the product's `Radio`."""

    kind = "virtual"

    def __init__(self, air: Air, process: Process, name: str) -> None:
        self.air, self.process, self.name = air, process, name
        self.spec = f"virtual:{name}"
        self.seen: dict[str, Any] = {}

    async def problem(self) -> str:
        return ""

    async def close(self) -> None:
        return

    @contextlib.asynccontextmanager
    async def listening(self, heard: Callable[[Any], None]) -> AsyncIterator[None]:
        """What advertises: a panel that has no link to spare does not."""
        for lamp in self.air.lamps.values():
            dbm = self.air.rssi.get((self.name, lamp.name))
            if dbm is not None and len(self.air.links_to(lamp)) < self.air.most_links:
                heard(SimpleNamespace(address=lamp.name, rssi_dbm=dbm))
        yield

    async def find(self, address: str, within_s: float) -> Lamp | None:
        lamp = self.air.lamps[address.lower()]
        tries = max(1, int(within_s / 0.5))
        for _ in range(tries):
            await asyncio.sleep(self.air.world.some(0.05, 0.5) if self.process.alive else 0)
            if self.air.reaches(self.name, lamp) and len(self.air.links_to(lamp)) < self.air.most_links:
                return lamp
        return None

    async def connect(self, device: Lamp, on_lost: Callable[[], None]) -> GattLink:
        await asyncio.sleep(self.air.world.some(0.05, 0.6) if self.process.alive else 0)
        if not self.process.alive or not self.air.reaches(self.name, device):
            raise OperationFailedError("lost", "out of reach")
        if len(self.air.links_to(device)) >= self.air.most_links:
            raise OperationFailedError("lost", "led by another")
        self.air.world.note(self.name, "links to", device.name)
        loss = Loss(on_lost)
        client: Any = Client(self.air, self.process, self.name, device, loss.happen)
        loss.told_from_now_on()
        return GattLink(client, loss)

    async def forget(self, device: Lamp) -> bool:
        return False

    async def bonded(self, device: Lamp) -> bool:
        return False

    async def unbond(self, device: Lamp) -> None:
        return

    async def bond(self, device: Lamp, show: Callable[[str | None], None]) -> None:
        return

    async def held(self) -> dict[str, str]:
        return {}


def stack_forgets(air: Air, process: Process, supervision_s: float) -> None:
    """The process is dead; the system's stack keeps its links for a while, and sends what it has taken already."""
    for link in [one for one in air.links if one.process is process]:
        air.world.later(supervision_s, link.lose)
