"""Virtual time, one source of chance, and processes that can be killed, put to sleep and started again.

Each process has an event loop of its own, which the world runs when its time has come. To kill a process is never to run its loop
again: nothing of it cleans up, as after kill -9. Nothing here waits for real time, so the same seed gives the same life.
"""

import asyncio
import heapq
import random
from asyncio import events
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.sim.relay.network import Network

SLACK_S: Final = 1e-6
"""Two moments nearer than this are the same one."""
NEVER: Final = float("inf")


@dataclass
class Machine:
    """A computer and its clocks. Times in seconds of the world."""

    name: str
    network: "Network"
    booted_s: float = 0.0
    slept_s: float = 0.0
    asleep_until_s: float = 0.0
    wall_ahead_s: float = 0.0
    boots: int = 1

    def steady_s(self, now_s: float) -> float:
        """CLOCK_BOOTTIME: counts sleep, cannot be set."""
        return now_s - self.booted_s

    def monotonic_s(self, now_s: float) -> float:
        """CLOCK_MONOTONIC: stands still in sleep."""
        return now_s - self.booted_s - self.slept_s

    @property
    def boot_id(self) -> str:
        return f"{self.name}-boot-{self.boots}"


class World:
    """`note` writes the trace, when one is kept."""

    def __init__(self, seed: int, *, traced: bool = False) -> None:
        self.seed = seed
        self._dice, self._dice_of_the_dead = random.Random(seed), random.Random(seed)
        self.now_s = 1_000.0
        self.trace: list[str] | None = [] if traced else None
        self.processes: list[Process] = []
        self.running: Process | None = None
        """Whose loop is being run."""
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    @property
    def dice(self) -> random.Random:
        """The one source of chance. A killed process that is taken apart draws from another: in an order that no seed decides."""
        dead = self.running is not None and not self.running.alive
        return self._dice_of_the_dead if dead else self._dice

    def note(self, who: str, what: str, *about: object) -> None:
        if self.trace is not None:
            self.trace.append(f"{self.now_s - 1_000:9.3f}  {who:<9} {what} {' '.join(str(one) for one in about)}".rstrip())

    def later(self, delay_s: float, call: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (self.now_s + delay_s, self._count, call))

    def some(self, least_s: float, most_s: float) -> float:
        """A time between the two, seconds."""
        return least_s + (most_s - least_s) * self.dice.random()

    def run(self, for_s: float) -> None:
        end_s = self.now_s + for_s
        while True:
            at_s = min((one.next_s() for one in self.processes), default=NEVER)
            if self._queue:
                at_s = min(at_s, self._queue[0][0])
            if at_s > end_s:
                break
            self.now_s = max(self.now_s, at_s)
            while self._queue and self._queue[0][0] <= self.now_s:
                heapq.heappop(self._queue)[2]()
            for process in tuple(self.processes):
                process.run()
        self.now_s = end_s

    def end(self) -> None:
        """Nothing of this world goes on: loops are emptied, so that nothing of it is left for the next."""
        for process in tuple(self.processes):
            process.kill()
        self._queue.clear()


class Loop(asyncio.BaseEventLoop):
    """An event loop whose time is a machine's, and which waits for nothing but that time."""

    def __init__(self, process: "Process") -> None:
        super().__init__()
        self._process = process
        self._selector = self
        self._clock_resolution = SLACK_S
        self.set_exception_handler(lambda _loop, about: process.failed(about))

    def time(self) -> float:
        return self._process.machine.monotonic_s(self._process.world.now_s)

    # ── What a selector does, and what needs none ────────────────────────────────────────────────────────────────────
    def select(self, _timeout_s: float | None) -> list[Any]:
        return []

    def _process_events(self, _events: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """On the process's disk: in order, each after a while, and never once the process is dead."""
        return self._process.on_disk(executor, func, *args)

    # ── Driven by the world ──────────────────────────────────────────────────────────────────────────────────────────
    @property
    def due(self) -> bool:
        timers = self._scheduled  # type: ignore[attr-defined]
        return bool(self._ready) or bool(timers and timers[0]._when <= self.time() + SLACK_S)  # type: ignore[attr-defined]

    @property
    def next_s(self) -> float:
        """Its own time of what is next."""
        if self._ready:  # type: ignore[attr-defined]
            return self.time()
        timers = self._scheduled  # type: ignore[attr-defined]
        return timers[0]._when if timers else NEVER

    def run_due(self) -> None:
        events._set_running_loop(self)
        try:
            while self.due:
                self._run_once()  # type: ignore[attr-defined]
        finally:
            events._set_running_loop(None)


@dataclass
class Process:
    """One process on a machine."""

    world: World
    name: str
    machine: Machine
    alive: bool = True
    disk_s: Callable[[], float] = lambda: 0.002
    """How long the disk takes for the next thing."""
    failures: list[str] = field(default_factory=list)
    _free_s: dict[object, float] = field(default_factory=dict)
    main: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.loop = Loop(self)
        self.world.processes.append(self)

    def start(self, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """`make` is called in the process: what it makes belongs to its loop."""

        async def main() -> None:
            await make()

        self.main = self.loop.create_task(main())

    def call(self, act: Callable[[], None]) -> None:
        """Have the process do this as soon as it is awake; a dead one never does."""
        if self.alive:
            self.loop.call_soon(act)

    def next_s(self) -> float:
        if not self.alive:
            return NEVER
        now_s = self.world.now_s
        at_s = self.loop.next_s - self.machine.monotonic_s(now_s) + now_s
        return max(at_s, self.machine.asleep_until_s, now_s)

    def run(self) -> None:
        if not self.alive or self.world.now_s < self.machine.asleep_until_s:
            return
        if self.loop.due:
            self.world.running = self
            try:
                self.loop.run_due()
            finally:
                self.world.running = None

    def on_disk(self, executor: object, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        done: asyncio.Future[Any] = self.loop.create_future()
        now_s = self.world.now_s
        at_s = max(now_s, self._free_s.get(executor, 0.0)) + self.disk_s()
        self._free_s[executor] = at_s

        def work() -> None:
            if not self.alive:
                return
            self.world.running = self
            try:
                answer = func(*args)
            except Exception as error:  # noqa: BLE001 - whatever it is belongs to who asked
                self.call(lambda error=error: None if done.done() else done.set_exception(error))  # type: ignore[misc]
            else:
                self.call(lambda: None if done.done() else done.set_result(answer))
            finally:
                self.world.running = None

        self.world.later(at_s - now_s, work)
        return done

    def failed(self, about: dict[str, Any]) -> None:
        if self.alive:
            self.failures.append(f"{about.get('message')} {about.get('exception')!r}")

    def sleep(self, for_s: float) -> bool:
        """The machine is suspended: nothing of it runs, and its monotonic clock stands still. False when it sleeps already."""
        machine, now_s = self.machine, self.world.now_s
        if now_s < machine.asleep_until_s:
            return False
        machine.asleep_until_s = now_s + for_s
        machine.slept_s += for_s
        return True

    def kill(self) -> None:
        """kill -9. What it had begun is only taken apart; nothing that it does then reaches anything."""
        if not self.alive:
            return
        self.alive = False
        self.world.processes.remove(self)
        before, self.world.running = self.world.running, self
        running = events._get_running_loop()
        events._set_running_loop(None)
        try:
            self._take_apart()
        finally:
            events._set_running_loop(running)
            self.world.running = before

    def _take_apart(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        for _ in range(20):
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            with suppress(Exception):
                self.loop.run_due()
            if not asyncio.all_tasks(self.loop):
                break
        self.loop.close()
