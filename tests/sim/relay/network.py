"""The network between bridges and the server: one connection for each line, in order, slow, cut, or dead without a word."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

from websockets.exceptions import ConnectionClosedError

from tests.sim.relay.world import Process, World

NOTICED_S: Final = (5.0, 10.0)
"""After so long a dead line is noticed, by its pings."""
GONE: Final = 1006


class Host(Protocol):
    """The server's end of the network."""

    def accept(self, line: "Connection") -> None: ...

    def heard(self, line: "Connection", text: str) -> None: ...

    def gone(self, line: "Connection") -> None: ...


@dataclass
class Network:
    world: World
    host: Host | None = None
    """None while no server listens."""
    latency_s: tuple[float, float] = (0.002, 0.02)
    cut: set[str] = field(default_factory=set)
    """Bridges that nothing goes to or comes from."""
    lines: list["Connection"] = field(default_factory=list)
    on_arrival: Callable[[str, str], None] = lambda _name, _text: None
    """Told of each message that comes to a bridge: its name and the text."""
    on_sending: Callable[[str, str], None] = lambda _name, _text: None
    """And of each that a bridge sends."""

    def delay_s(self) -> float:
        return self.world.some(*self.latency_s)

    def set_cut(self, name: str, *, on: bool) -> None:
        """Cut without a word: both ends only notice that nothing comes any more."""
        if not on:
            self.cut.discard(name)
            return
        self.cut.add(name)
        for line in [one for one in self.lines if one.name == name]:
            line.dead = True
            self.world.later(self.world.some(*NOTICED_S), line.drop)

    def drop_all(self) -> None:
        """The server's process is gone: each connection is reset."""
        for line in tuple(self.lines):
            line.drop()


class Connection:
    """Both ends of one WebSocket. The bridge's end has the face of the library's client."""

    def __init__(self, network: Network, process: Process) -> None:
        self.network, self.process, self.name = network, process, process.machine.name
        self.open = True
        self.dead = False
        self.close_code: int | None = None
        self.close_reason = ""
        self._arrived: asyncio.Queue[str | None] = asyncio.Queue()
        self._free_s = {"up": 0.0, "down": 0.0}
        network.lines.append(self)

    def _travel(self, way: str, arrive: Callable[[], None]) -> None:
        now_s = self.network.world.now_s
        at_s = max(now_s + self.network.delay_s(), self._free_s[way])
        self._free_s[way] = at_s + SLACK_S
        self.network.world.later(at_s - now_s, lambda: arrive() if self.open and not self.dead else None)

    # ── The bridge's end ─────────────────────────────────────────────────────────────────────────────────────────────
    async def send(self, text: str) -> None:
        if not self.open:
            raise ConnectionClosedError(None, None)
        if self.process.alive:
            self.network.on_sending(self.name, text)
            self._travel("up", lambda: self.network.host.heard(self, text) if self.network.host else None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        text = await self._arrived.get()
        if text is None:
            raise StopAsyncIteration
        return text

    async def close(self, code: int = 1000, reason: str = "") -> None:
        if self.process.alive:
            self.shut(code, reason)

    # ── The server's end ─────────────────────────────────────────────────────────────────────────────────────────────
    def tell(self, text: str) -> None:
        self._travel("down", lambda: self.process.call(lambda: self._arrive(text)))

    def _arrive(self, text: str) -> None:
        if self.open:
            self.network.on_arrival(self.name, text)
            self._arrived.put_nowait(text)

    def shut(self, code: int, reason: str = "") -> None:
        """Closed in order: what was sent before arrives first."""
        self._travel("down", lambda: self.drop(code, reason))

    def drop(self, code: int = GONE, reason: str = "") -> None:
        """Both ends know that it is over."""
        if not self.open:
            return
        self.open, self.close_code, self.close_reason = False, code, reason
        self.network.lines.remove(self)
        self.network.world.note(self.name, "line lost", code)
        self.process.call(lambda: self._arrived.put_nowait(None))
        if self.network.host is not None:
            self.network.host.gone(self)


SLACK_S: Final = 1e-5


class connect:  # noqa: N801 - stands for the library's function of that name
    """`websockets.connect`, as far as the bridge uses it."""

    def __init__(self, url: str, **options: Any) -> None:
        self._wait_s = float(options["open_timeout"])
        self._line: Connection | None = None

    async def __aenter__(self) -> Connection:
        from tests.sim.relay import seams

        process = seams.process()
        network = process.machine.network
        if process.machine.name in network.cut:
            await asyncio.sleep(self._wait_s)
            raise TimeoutError
        await asyncio.sleep(3 * network.delay_s())
        if network.host is None or not process.alive:
            raise ConnectionRefusedError("no server")
        self._line = Connection(network, process)
        network.host.accept(self._line)
        return self._line

    async def __aexit__(self, *_: object) -> None:
        if self._line is not None and self._line.process.alive:
            self._line.drop(1000)
