"""The journal on a thread of its own, in order: a slow disk holds up a start, and never a stop."""

import asyncio
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
        self._asked: set[asyncio.Future[object]] = set()

    async def do(self, call: Callable[[], T]) -> T:
        """Runs after everything that was asked before. Raises what the call raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def soon(self, call: Callable[[], object]) -> None:
        """As `do`, without waiting; a failure is logged."""
        self._ask(call, _log_failure)

    def tell(self, **facts: Any) -> None:
        """Keep an event [B40]. One that the disk refuses is tried again, in order, while the process lives."""
        self._facts.append(facts)
        self._ask(self._drain, self._drained)

    async def close(self) -> None:
        await asyncio.gather(*self._asked, return_exceptions=True)
        self._pool.shutdown()
        self.journal.close()

    def _ask(self, call: Callable[[], object], done: Callable[[asyncio.Future[object]], None]) -> None:
        """In line at once, so that what is asked later also runs later."""
        asked = asyncio.get_running_loop().run_in_executor(self._pool, call)
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        asked.add_done_callback(done)

    def _drained(self, asked: asyncio.Future[object]) -> None:
        if asked.cancelled():
            return
        if asked.exception() is not None:
            log.error("telemetry is not on the disk yet", error=str(asked.exception()), again_in_s=RETRY_S)
            asyncio.get_running_loop().call_later(RETRY_S, self._ask, self._drain, self._drained)
        self._told()

    def _drain(self) -> None:
        while self._facts:
            try:
                self.journal.tell(**self._facts[0])
            except ValueError as error:  # the contract cannot say it: it must not hold up the facts behind it
                log.error("telemetry that does not fit is dropped", error=str(error))
            self._facts.popleft()


def _log_failure(asked: asyncio.Future[object]) -> None:
    if not asked.cancelled() and asked.exception() is not None:
        log.error("journal not written", error=str(asked.exception()))
