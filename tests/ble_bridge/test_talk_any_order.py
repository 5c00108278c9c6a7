"""The machine of the operations on one link in any order of events. Numbers: `docs/bridge.md`."""

import sys
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ble_bridge.drivers.driver import AnswerKey, Exchange, Rank
from ble_bridge.run_words import Outcome
from ble_bridge.talk_words import (
    Answered,
    Asked,
    Effect,
    Ended,
    Finished,
    Over,
    ReadAsked,
    Send,
    Suspected,
    Withdrawn,
)
from tests.ble_bridge.talk_table import DEADLINE_MS, Table, order


class AnyOrder(RuleBasedStateMachine):
    """What the link and its askers may do, in any order; a bookkeeping of its own says what must never come of it."""

    did: dict[str, int] = {}
    """Of all runs together."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(watch=self.check)
        self.asked: dict[int, Exchange | None] = {}
        self.asked_ms: dict[int, int] = {}
        self.open: set[int] = set()
        self.is_over = False
        self.key = 0

    def note(self, what: str) -> None:
        AnyOrder.did[what] = AnyOrder.did.get(what, 0) + 1

    def check(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Ended():
                    assert effect.no in self.open, "each ends once"
                    self.open.discard(effect.no)
                    self.note(f"ended {effect.outcome}")
                    if self.is_over:
                        assert effect.outcome == "lost"
                case Send():
                    assert not self.is_over, "a closed link never writes"
                    self.note("sent")
                    self._check_turn(effect)
                case Suspected():
                    assert not self.is_over
                    self.note("suspected")

    def _check_turn(self, send: Send) -> None:
        table = self.table
        (of,) = [one for one in table.talk.orders if one.request == send.request]
        before = [one for one in table.under_way if one != send.request]
        if of.rank != "beside":
            lane = [one for one in table.talk.orders if one.request in before and one.rank != "beside"]
            assert not lane, "never two under way"
        if not of.stops:
            waiting = [one.no for one in table.talk.orders if one.rank == "stop" and not one.begun]
            assert not waiting, "an off is behind nothing that waits"
        if of.rank == "raise":
            stops = [no for no in self.open if (ask := self.asked[no]) is not None and ask.rank in ("stop", "beside")]
            assert all(self.asked_ms[no] <= self.asked_ms[of.no] and no < of.no for no in stops), "dropped by a later off"

    def ask(self, exchange: Exchange | None, within_ms: int | None = None) -> None:
        no = self.table.last_no = self.table.last_no + 1
        self.asked[no], self.asked_ms[no] = exchange, self.table.now_ms
        self.open.add(no)
        event = ReadAsked(no, "S") if exchange is None else Asked(no, exchange, within_ms)
        raising = {one for one in self.open if (ask := self.asked[one]) is not None and ask.rank == "raise"} - {no}
        self.table.hear(event)
        if exchange is not None and exchange.rank in ("stop", "beside"):
            assert not raising & self.open, "an off drops every start and level change"

    @rule(
        rank=st.sampled_from(["plain", "raise", "stop", "beside"]),
        answers=st.booleans(),
        writes=st.sampled_from([1, 1, 1, 2, 3]),
        gap_ms=st.sampled_from([0, 0, 100]),
        within_ms=st.sampled_from([None, None, 0, 50, 3_000]),
    )
    def asks(self, rank: Rank, answers: bool, writes: int, gap_ms: int, within_ms: int | None) -> None:
        self.key += 1
        more = tuple(bytes([n]) for n in range(1, writes))
        self.ask(order(rank, b"\x00", answer=(self.key,) if answers else None, more=more, gap_ms=gap_ms), within_ms)

    @rule()
    def reads(self) -> None:
        self.ask(None)

    @precondition(lambda self: self.table.under_way)
    @rule(data=st.data(), outcome=st.sampled_from(["ok"] * 4 + ["refused"] * 3 + ["missed", "lost"]))
    def finishes(self, data: Any, outcome: Outcome) -> None:
        self.table.finish(outcome, data.draw(st.sampled_from(sorted(self.table.under_way))))

    @rule(request=st.integers(0, 40), outcome=st.sampled_from(["ok", "missed"]))
    def tells_of_a_request_that_was_given_up(self, request: int, outcome: Outcome) -> None:
        self.table.after(0)  # else what is late by now would be given up by whatever is heard
        if request not in self.table.under_way:
            assert self.table.hear(Finished(request, outcome)) == []

    @precondition(lambda self: self.keys())
    @rule(data=st.data(), outcome=st.sampled_from(["ok", "busy", "refused"]))
    def answers(self, data: Any, outcome: Outcome) -> None:
        self.table.hear(Answered(data.draw(st.sampled_from(self.keys())), outcome))

    def keys(self) -> list[AnswerKey]:
        """What answers there may be; where writes are over, to these."""
        asked = [one for one in self.table.talk.orders if one.answer is not None]
        written = [one for one in asked if one.begun and one.request is None and not one.left]
        return [one.answer for one in written or asked if one.answer is not None]

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def withdraws(self, data: Any) -> None:
        no = data.draw(st.sampled_from(sorted(self.open)))
        self.open.discard(no)
        self.table.hear(Withdrawn(no))

    @rule(ms=st.sampled_from([1, 50, 400, 900, 3_000]))
    def waits(self, ms: int) -> None:
        self.table.after(ms)

    @precondition(lambda self: len(self.asked) > 15)
    @rule()
    def loses(self) -> None:
        self.is_over = True
        self.table.hear(Over())
        assert not self.open

    @invariant()
    def each_that_is_open_ends_by_itself(self) -> None:
        talk, table = self.table.talk, self.table
        assert {one.no for one in talk.orders} == self.open
        assert {one.request for one in talk.orders if one.request is not None} == set(table.under_way)
        if self.open:
            assert talk.wake_ms is not None, "a deadline is set"
            assert talk.wake_ms == table.wake_ms
            assert talk.wake_ms <= table.now_ms + 4 * (DEADLINE_MS + 100)
        else:
            assert table.wake_ms is None

    @invariant()
    def nothing_is_left_lying(self) -> None:
        waiting = [one for one in self.table.talk.orders if one.left and one.request is None]
        lane = any(one.request is not None and one.rank != "beside" for one in self.table.talk.orders)
        ready = [one for one in waiting if one.rank == "beside" or not lane]
        assert not ready or self.table.talk.free_ms > self.table.now_ms, "whose turn it is has left, or waits for the gap"

    def teardown(self) -> None:
        """Left alone, with a link that says nothing any more, all of it ends."""
        self.table.after(60_000)
        assert not self.open


def test_B48_in_any_order_of_events_no_rule_is_broken() -> None:
    AnyOrder.did.clear()
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=100, stateful_step_count=50, phases=[Phase.generate]))
    sys.stdout.write(f"{AnyOrder.did}\n")
    wanted = {"sent", "suspected", *(f"ended {outcome}" for outcome in ("ok", "refused", "missed", "lost"))}
    assert wanted <= set(AnyOrder.did), AnyOrder.did
