"""A driver speaking over a link: orders go out, answers and reports come back, two misses in a row make the link suspect."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from ble_bridge.contract import limits
from ble_bridge.drivers.driver import Answer, AnswerKey, Driver, Exchange
from ble_bridge.run_words import Outcome, Report

log = structlog.stdlib.get_logger(__name__)
MISSES_TO_SUSPECT: Final = 2
DEADLINE_S: Final = limits.OPERATION_DEADLINE_MS / 1000


class OperationFailedError(Exception):
    """Of a link: `outcome` says how an operation failed."""

    def __init__(self, outcome: Outcome, text: str) -> None:
        super().__init__(text)
        self.outcome: Outcome = outcome


class Link(Protocol):
    """What a conversation needs of a connected device. All but `connected` raise OperationFailedError."""

    @property
    def connected(self) -> bool: ...

    async def read(self, characteristic: str) -> bytes: ...

    async def write(self, characteristic: str, payload: bytes, *, with_response: bool) -> None: ...

    async def subscribe(self, characteristic: str, heard: Callable[[bytes], None]) -> None: ...


class Conversation:
    """`heard` gets every report, `suspected` every change of suspicion."""

    def __init__(self, link: Link, driver: Driver, *, heard: Callable[[Report], None], suspected: Callable[[bool], None]) -> None:
        self.driver = driver
        self._link = link
        self._heard = heard
        self._suspected = suspected
        self._misses = 0
        self._free_s = 0.0
        """On the loop's clock: no write before it [F44]."""
        self._waiting: dict[AnswerKey, asyncio.Future[Outcome]] = {}

    async def open(self) -> None:
        """Switch on what the panel says by itself. Raises OperationFailedError."""
        for characteristic in self.driver.subscriptions:
            await self._link.subscribe(characteristic, self._hearer(characteristic))

    def _hearer(self, characteristic: str) -> Callable[[bytes], None]:
        return lambda payload: self._hear(characteristic, payload)

    def _hear(self, characteristic: str, payload: bytes) -> None:
        said = self.driver.hear(characteristic, payload)
        if isinstance(said, Answer):
            waiting = self._waiting.pop(said.key, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(said.outcome)
        elif said is not None:
            self._heard(said)
        else:
            log.debug("not believed", characteristic=characteristic, payload=payload.hex())

    async def exchange(self, exchange: Exchange, within_s: float | None = None) -> Outcome:
        """Write and have the answer, all within one deadline. What is cancelled before its turn is never sent.

        Each write of several has the deadline of one; `within_s` bounds them all.
        """
        answer: asyncio.Future[Outcome] | None = None
        if exchange.answer is not None:
            answer = asyncio.get_running_loop().create_future()
            self._waiting[exchange.answer] = answer
        whole_s = (DEADLINE_S + exchange.gap_ms / 1000) * (1 + len(exchange.more))
        try:
            async with asyncio.timeout(whole_s if within_s is None else min(within_s, whole_s)):
                outcome = await self._write_all(exchange)
                if outcome == "ok" and answer is not None:
                    outcome = await answer
        except TimeoutError:
            outcome = "missed"
        except OperationFailedError as error:
            outcome = error.outcome
        finally:
            if exchange.answer is not None:
                self._waiting.pop(exchange.answer, None)
        if exchange.with_response:  # what waits for nothing proves nothing
            self._count(outcome)
        return outcome

    async def _write_all(self, exchange: Exchange) -> Outcome:
        """Raises OperationFailedError; of a stop only once every write of it was tried, unless none can arrive any more."""
        clock = asyncio.get_running_loop().time
        refused: OperationFailedError | None = None
        for payload in (exchange.payload, *exchange.more):
            if self._free_s > clock():
                await asyncio.sleep(self._free_s - clock())
            self._free_s = clock() + exchange.gap_ms / 1000
            try:
                await self._link.write(exchange.characteristic, payload, with_response=exchange.with_response)
            except OperationFailedError as error:
                if not exchange.through or error.outcome != "refused":
                    raise
                refused = error
        if refused is not None:
            raise refused
        return "ok"

    async def read(self) -> Outcome:
        """Ask for a report, which goes to `heard`: by reading it, or by a query that it answers with a notification."""
        if self.driver.status is None:
            query = self.driver.query()
            return "refused" if query is None else await self.exchange(query)
        try:
            payload = await self._link.read(self.driver.status)
        except OperationFailedError as error:
            self._count(error.outcome)
            return error.outcome
        self._count("ok")
        self._hear(self.driver.status, payload)
        return "ok"

    def _count(self, outcome: Outcome) -> None:
        if outcome == "lost":
            return
        before = self._misses >= MISSES_TO_SUSPECT
        self._misses = self._misses + 1 if outcome == "missed" else 0
        now = self._misses >= MISSES_TO_SUSPECT
        if now != before:
            self._suspected(now)
