"""The journal on a thread of its own, in order: a slow disk holds up a start, and never a stop."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import structlog

from ble_bridge.journal import Journal

T = TypeVar("T")
RETRY_S: Final = 5.0
log = structlog.stdlib.get_logger(__name__)


class JournalThread:
    """`told` is called, in the loop, whenever new telemetry lies in the journal."""

    def __init__(self, journal: Journal, told: Callable[[], None]) -> None:
        self.journal = journal
        self._told = told
        self._pool = ThreadPoolExecutor(1, "journal")
        self._facts: deque[dict[str, Any]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def do(self, call: Callable[[], T]) -> T:
        """Runs after everything that was asked before. Raises what the call raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def soon(self, call: Callable[[], object]) -> None:
        """As `do`, without waiting; a failure is logged."""
        self._spawn(self._quietly(call))

    def tell(self, **facts: Any) -> None:
        """Keep an event [B40]. One that the disk refuses is tried again, in order, while the process lives."""
        self._facts.append(facts)
        self._spawn(self._write_facts())

    async def close(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._pool.shutdown()
        self.journal.close()

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, call: Callable[[], object]) -> None:
        try:
            await self.do(call)
        except sqlite3.Error as error:
            log.error("journal not written", error=str(error))

    async def _write_facts(self) -> None:
        try:
            await self.do(self._drain)
        except sqlite3.Error as error:
            log.error("telemetry is not on the disk yet", error=str(error), again_in_s=RETRY_S)
            asyncio.get_running_loop().call_later(RETRY_S, lambda: self._spawn(self._write_facts()))
        self._told()

    def _drain(self) -> None:
        while self._facts:
            self.journal.tell(**self._facts[0])
            self._facts.popleft()
