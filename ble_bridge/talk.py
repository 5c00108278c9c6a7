"""The operations on one link as a machine: `step(talk, event, now_ms) -> (talk, effects)`. Pure: no clock, no I/O, no framework.

One request is under way at a time [B48]. An off goes before all that waits, and drops what would raise light; an emergency stop
waits for nothing [B22]. Each operation is given up at its deadline, two misses in a row make the link suspect [B37]. Numbers are
rules of `docs/bridge.md`; `conversation.py` performs the effects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ble_bridge.contract import limits
from ble_bridge.drivers.driver import AnswerKey, Rank
from ble_bridge.run_words import Outcome
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

MISSES_TO_SUSPECT: Final = 2


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Order:
    """One operation that is not over."""

    no: int
    rank: Rank
    characteristic: str
    left: tuple[bytes | None, ...]
    """What is still to be sent; None is a read."""
    answer: AnswerKey | None
    with_response: bool
    gap_ms: int
    whole_ms: int
    until_ms: int | None
    """Given up then. None: an off whose turn has not come; what is under way before it has a deadline."""
    request: int | None = None
    """Under way."""
    begun: bool = False
    said: Outcome | None = None
    """The panel's answer, come before the write was over."""
    refused: bool = False

    @property
    def stops(self) -> bool:
        return self.rank in ("stop", "beside")


@dataclass(frozen=True, slots=True)
class Talk:
    orders: tuple[Order, ...] = ()
    """Stops first, then in the order in which they were asked for."""
    last_request: int = 0
    free_ms: int = 0
    """No write before it [F44]."""
    misses: int = 0
    over: bool = False
    wake_ms: int | None = None


class _Turn:
    def __init__(self, talk: Talk, now_ms: int) -> None:
        self.talk, self.now_ms = talk, now_ms
        self.effects: list[Effect] = []

    def set(self, **changes: Any) -> None:
        self.talk = replace(self.talk, **changes)

    def change(self, order: Order, **changes: Any) -> Order:
        changed = replace(order, **changes)
        self.set(orders=tuple(changed if one.no == order.no else one for one in self.talk.orders))
        return changed

    def drop(self, order: Order) -> None:
        if order.request is not None:
            self.effects.append(GiveUp(order.request))
        self.set(orders=tuple(one for one in self.talk.orders if one.no != order.no))

    def end(self, order: Order, outcome: Outcome) -> None:
        self.drop(order)
        if order.with_response and order.begun:  # what waits for nothing, or never left, proves nothing
            self._count(outcome)
        self.effects.append(Ended(order.no, outcome))

    def _count(self, outcome: Outcome) -> None:
        if outcome == "lost":
            return
        before = self.talk.misses >= MISSES_TO_SUSPECT
        self.set(misses=self.talk.misses + 1 if outcome == "missed" else 0)
        now = self.talk.misses >= MISSES_TO_SUSPECT
        if now != before:
            self.effects.append(Suspected(now))

    # ── What has come up ─────────────────────────────────────────────────────────────────────────────────────────────
    def asked(self, event: Asked) -> None:
        exchange = event.exchange
        whole_ms = (limits.OPERATION_DEADLINE_MS + exchange.gap_ms) * (1 + len(exchange.more))
        whole_ms = whole_ms if event.within_ms is None else min(whole_ms, event.within_ms)
        order = Order(
            event.no, exchange.rank, exchange.characteristic, (exchange.payload, *exchange.more), exchange.answer,
            exchange.with_response, exchange.gap_ms, whole_ms, None if exchange.rank == "stop" else self.now_ms + whole_ms,
        )  # fmt: skip
        self._add(order)

    def read_asked(self, event: ReadAsked) -> None:
        whole_ms = limits.OPERATION_DEADLINE_MS
        self._add(Order(event.no, "plain", event.characteristic, (None,), None, True, 0, whole_ms, self.now_ms + whole_ms))

    def _add(self, order: Order) -> None:
        if self.talk.over:
            self.effects.append(Ended(order.no, "lost"))
            return
        if order.stops:
            for raising in [one for one in self.talk.orders if one.rank == "raise"]:
                self.drop(raising)
                self.effects.append(Ended(raising.no, "missed"))
        before = [one for one in self.talk.orders if order.rank != "stop" or one.rank == "stop"]
        self.set(orders=(*before, order, *(one for one in self.talk.orders if one not in before)))

    def withdrawn(self, event: Withdrawn) -> None:
        for order in [one for one in self.talk.orders if one.no == event.no]:
            self.drop(order)

    def finished(self, event: Finished) -> None:
        for order in [one for one in self.talk.orders if one.request == event.request]:
            self._finished(self.change(order, request=None), event.outcome)

    def _finished(self, order: Order, outcome: Outcome) -> None:
        """Of a stop every write is tried, unless none can arrive any more."""
        if outcome == "refused" and order.stops:
            order = self.change(order, refused=True)
        elif outcome != "ok":
            self.end(order, outcome)
            return
        if order.left:
            return
        if order.refused:
            self.end(order, "refused")
        elif order.answer is None:
            self.end(order, "ok")
        elif order.said is not None:
            self.end(order, order.said)

    def answered(self, event: Answered) -> None:
        for order in [one for one in self.talk.orders if one.begun and one.answer == event.key]:
            if order.request is None and not order.left:
                self.end(order, event.outcome)
            else:
                self.change(order, said=event.outcome)

    def is_over(self, _event: Over) -> None:
        self.set(over=True)
        for order in self.talk.orders:
            self.end(order, "lost")

    def time_passed(self, _event: TimePassed) -> None:
        self.set(wake_ms=None)  # that alarm has rung

    # ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────
    def give_up_late(self) -> None:
        for order in self.talk.orders:
            if order.until_ms is not None and self.now_ms >= order.until_ms:
                self.end(order, "missed")

    def send_due(self) -> None:
        for order in self._next():
            if order.left[0] is None or self.now_ms >= self.talk.free_ms:
                self._send(order)

    def _next(self) -> list[Order]:
        """Whose turn it is: emergency stops always, of the others the first while none is under way."""
        waiting = [one for one in self.talk.orders if one.left and one.request is None]
        free = not any(one.request is not None and one.rank != "beside" for one in self.talk.orders)
        in_turn = [one for one in waiting if one.rank != "beside"][:1] if free else []
        return [one for one in waiting if one.rank == "beside"] + in_turn

    def _send(self, order: Order) -> None:
        payload, *left = order.left
        request = self.talk.last_request + 1
        until_ms = self.now_ms + order.whole_ms if order.until_ms is None else order.until_ms
        self.change(order, left=tuple(left), request=request, begun=True, until_ms=until_ms)
        self.set(last_request=request)
        if payload is not None:
            self.set(free_ms=self.now_ms + order.gap_ms)
        self.effects.append(Send(request, order.characteristic, payload, order.with_response))

    def set_alarm(self) -> None:
        due = [one.until_ms for one in self.talk.orders if one.until_ms is not None]
        due += [self.talk.free_ms for _ in self._next()]  # whose turn it is and who was not sent waits for the gap alone
        at_ms = min(due, default=None)
        if at_ms != self.talk.wake_ms:
            self.set(wake_ms=at_ms)
            self.effects.append(WakeAt(at_ms))


_HANDLERS: Final[Mapping[type, Callable[[_Turn, Any], None]]] = {
    Asked: _Turn.asked,
    ReadAsked: _Turn.read_asked,
    Withdrawn: _Turn.withdrawn,
    Finished: _Turn.finished,
    Answered: _Turn.answered,
    TimePassed: _Turn.time_passed,
    Over: _Turn.is_over,
}


def step(talk: Talk, event: Event, now_ms: int) -> tuple[Talk, list[Effect]]:
    """The next state and what is to be done for it, in order. `now_ms` never goes back."""
    turn = _Turn(talk, now_ms)
    _HANDLERS[type(event)](turn, event)
    turn.give_up_late()
    turn.send_due()
    turn.set_alarm()
    return turn.talk, turn.effects
