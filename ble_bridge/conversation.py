"""A driver speaking over a link: the hands of the machine in `talk.py`. Decides nothing itself."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from ble_bridge.clock import now_ms
from ble_bridge.contract import limits
from ble_bridge.drivers.driver import Answer, Driver, Exchange
from ble_bridge.run_words import Outcome, Report
from ble_bridge.talk import Talk, step
from ble_bridge.talk_words import (
    Answered,
    Asked,
    Effect,
    Ended,
    Event,
    Finished,
    GiveUp,
    Over,
    ReadAsked,
    Send,
    Suspected,
    TimePassed,
    WakeAt,
    Withdrawn,
)

log = structlog.stdlib.get_logger(__name__)
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
        self._talk = Talk()
        self._last_no = 0
        self._askers: dict[int, Callable[[Outcome], None]] = {}
        self._requests: dict[int, asyncio.Task[None]] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._to_do: deque[Effect] = deque()
        self._doing = False

    async def open(self) -> None:
        """Switch on what the panel says by itself. Raises OperationFailedError."""
        for characteristic in self.driver.subscriptions:
            await self._link.subscribe(characteristic, self._hearer(characteristic))

    def over(self) -> None:
        """The link is lost, or is being let go: nothing is sent from now on, and what is under way has ended."""
        self._post(Over())

    # ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def ask(self, exchange: Exchange, ended: Callable[[Outcome], None], within_s: float | None = None) -> int:
        """Write and have the answer. `ended` is told soon, never before this returns."""
        within_ms = None if within_s is None else int(within_s * 1000)
        return self._ask(lambda no: Asked(no, exchange, within_ms), ended)

    def ask_report(self, ended: Callable[[Outcome], None]) -> int:
        """Ask for a report, which goes to `heard`: by reading it, or by a query that it answers with a notification."""
        characteristic = self.driver.status
        if characteristic is not None:
            return self._ask(lambda no: ReadAsked(no, characteristic), ended)
        query = self.driver.query()
        if query is not None:
            return self.ask(query, ended)
        asyncio.get_running_loop().call_soon(ended, "refused")
        return 0

    def _ask(self, event: Callable[[int], Event], ended: Callable[[Outcome], None]) -> int:
        self._last_no += 1
        self._askers[self._last_no] = ended
        self._post(event(self._last_no))
        return self._last_no

    async def exchange(self, exchange: Exchange, within_s: float | None = None) -> Outcome:
        """What is cancelled before its turn is never sent."""
        return await self._outcome(lambda ended: self.ask(exchange, ended, within_s))

    async def read(self) -> Outcome:
        return await self._outcome(self.ask_report)

    async def _outcome(self, ask: Callable[[Callable[[Outcome], None]], int]) -> Outcome:
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        no = ask(lambda outcome: None if done.done() else done.set_result(outcome))
        try:
            return await done
        except asyncio.CancelledError:
            self._askers.pop(no, None)
            self._post(Withdrawn(no))
            raise

    # ── The machine ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _post(self, event: Event) -> None:
        """What an effect brings about in turn is done after all that was to be done before it."""
        self._talk, effects = step(self._talk, event, now_ms())
        self._to_do.extend(effects)
        if self._doing:
            return
        self._doing = True
        try:
            while self._to_do:
                self._do(self._to_do.popleft())
        finally:
            self._doing = False

    def _do(self, effect: Effect) -> None:
        loop = asyncio.get_running_loop()
        match effect:
            case Send():
                self._requests[effect.request] = loop.create_task(self._send(effect))
            case GiveUp():
                request = self._requests.pop(effect.request, None)
                if request is not None:
                    request.cancel()
            case Ended():
                ended = self._askers.pop(effect.no, None)
                if ended is not None:
                    loop.call_soon(ended, effect.outcome)  # never in the midst of what asked for it
            case Suspected():
                self._suspected(effect.suspect)
            case WakeAt():
                self._wake(effect.at_ms)

    def _wake(self, at_ms: int | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if at_ms is not None:
            later_s = max(0, at_ms - now_ms()) / 1000
            self._alarm = asyncio.get_running_loop().call_later(later_s, self._post, TimePassed())

    # ── Hands ────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _send(self, request: Send) -> None:
        payload: bytes | None = None
        outcome: Outcome = "ok"
        try:
            if request.payload is None:
                payload = await self._link.read(request.characteristic)
            else:
                await self._link.write(request.characteristic, request.payload, with_response=request.with_response)
        except OperationFailedError as error:
            outcome = error.outcome
        except Exception as error:  # noqa: BLE001 - a surprise of the radio is an operation that failed
            log.error("request failed", characteristic=request.characteristic, error=repr(error))
            outcome = "missed"
        if self._requests.pop(request.request, None) is None:
            return  # given up meanwhile
        self._post(Finished(request.request, outcome))
        if payload is not None:
            self._hear(request.characteristic, payload)

    def _hearer(self, characteristic: str) -> Callable[[bytes], None]:
        return lambda payload: self._hear(characteristic, payload)

    def _hear(self, characteristic: str, payload: bytes) -> None:
        said = self.driver.hear(characteristic, payload)
        if isinstance(said, Answer):
            self._post(Answered(said.key, said.outcome))
        elif said is not None:
            self._heard(said)
        else:
            log.debug("not believed", characteristic=characteristic, payload=payload.hex())
