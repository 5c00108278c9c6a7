"""The machine of the operations on one link: each of its rules by itself, then any order of events. Numbers: `docs/bridge.md`."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ble_bridge.contract import limits
from ble_bridge.drivers.driver import AnswerKey, Exchange, Rank
from ble_bridge.run_words import Outcome
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

DEADLINE_MS = limits.OPERATION_DEADLINE_MS


def order(
    rank: Rank = "plain",
    payload: bytes = b"\x03",
    *,
    answer: AnswerKey | None = (3, 1),
    more: tuple[bytes, ...] = (),
    gap_ms: int = 0,
) -> Exchange:
    with_response = rank != "beside"
    return Exchange("C", payload, with_response, answer if with_response else None, more, gap_ms, rank)


@dataclass
class Table:
    """One talk, and what it has asked for."""

    talk: Talk = field(default_factory=Talk)
    now_ms: int = 1_000
    effects: list[Effect] = field(default_factory=list)
    last_no: int = 0
    under_way: dict[int, Send] = field(default_factory=dict)
    wake_ms: int | None = None
    watch: Callable[[list[Effect]], None] = lambda _effects: None
    """Sees the effects of each step while its state is the present one."""

    def hear(self, event: Event) -> list[Effect]:
        self.talk, effects = step(self.talk, event, self.now_ms)
        for effect in effects:
            match effect:
                case Send():
                    self.under_way[effect.request] = effect
                case GiveUp():
                    del self.under_way[effect.request]
                case WakeAt():
                    self.wake_ms = effect.at_ms
        self.effects += effects
        self.watch(effects)
        return effects

    def ask(self, exchange: Exchange, within_ms: int | None = None) -> int:
        self.last_no += 1
        self.hear(Asked(self.last_no, exchange, within_ms))
        return self.last_no

    def finish(self, outcome: Outcome = "ok", request: int | None = None) -> list[Effect]:
        request = max(self.under_way) if request is None else request
        del self.under_way[request]
        return self.hear(Finished(request, outcome))

    def after(self, ms: int) -> list[Effect]:
        """Rings when it was asked to, however often that is."""
        end_ms, effects, rings = self.now_ms + ms, list[Effect](), 0
        while self.wake_ms is not None and self.wake_ms <= end_ms:
            self.now_ms, self.wake_ms = max(self.now_ms, self.wake_ms), None
            effects += self.hear(TimePassed())
            rings += 1
            assert rings < 300, "it does not come to rest"
        self.now_ms = end_ms
        return effects

    def sent(self) -> list[bytes | None]:
        return [one.payload for one in self.effects if isinstance(one, Send)]

    def ended(self) -> list[tuple[int, Outcome]]:
        return [(one.no, one.outcome) for one in self.effects if isinstance(one, Ended)]

    def suspicions(self) -> list[bool]:
        return [one.suspect for one in self.effects if isinstance(one, Suspected)]


def test_B48_an_operation_is_over_with_its_answer_not_with_its_write() -> None:
    table = Table()
    no = table.ask(order())
    table.finish()
    assert not table.ended()
    table.hear(Answered((3, 2), "ok"))
    assert not table.ended(), "another's answer"
    table.hear(Answered((3, 1), "busy"))
    assert table.ended() == [(no, "busy")]
    assert table.wake_ms is None


def test_B48_an_answer_that_overtakes_the_end_of_its_write_counts() -> None:
    table = Table()
    no = table.ask(order())
    table.hear(Answered((3, 1), "ok"))
    assert not table.ended()
    table.finish()
    assert table.ended() == [(no, "ok")]


def test_B48_one_request_is_under_way_and_the_others_wait_in_their_order() -> None:
    table = Table()
    for payload in (b"a", b"b", b"c"):
        table.ask(order(payload=payload, answer=None))
    assert table.sent() == [b"a"]
    table.finish()
    table.finish("refused")
    table.finish()
    assert table.sent() == [b"a", b"b", b"c"]
    assert table.ended() == [(1, "ok"), (2, "refused"), (3, "ok")]


def test_B48_what_waits_for_its_answer_holds_up_nobody() -> None:
    table = Table()
    table.ask(order(payload=b"a"))
    table.ask(order(payload=b"b", answer=(3, 2)))
    table.finish()
    assert table.sent() == [b"a", b"b"]


def test_B22_an_off_goes_before_all_that_waits() -> None:
    table = Table()
    table.hear(ReadAsked(90, "S"))
    table.ask(order(payload=b"a", answer=None))
    table.ask(order("stop", b"off", answer=(2, 1)))
    table.finish()
    assert table.sent() == [None, b"off"]


def test_B22_an_off_comes_between_the_writes_of_one_operation() -> None:
    table = Table()
    table.ask(order(payload=b"1", more=(b"2", b"3"), answer=None))
    table.ask(order("stop", b"off", answer=(2, 1)))
    table.finish()
    assert table.sent() == [b"1", b"off"]
    table.finish()
    assert table.sent() == [b"1", b"off", b"2"]


@pytest.mark.parametrize("rank", ["stop", "beside"])
def test_B22_an_off_drops_what_would_raise_light(rank: Rank) -> None:
    """One that has not left is never sent; one that has is not waited for."""
    table = Table()
    under_way = table.ask(order("raise", b"start"))
    waiting = table.ask(order("raise", b"levels", answer=(4, 1)))
    table.ask(order(rank, b"off", answer=(2, 1)))
    assert table.ended() == [(under_way, "missed"), (waiting, "missed")]
    assert table.sent() == [b"start", b"off"], "and the off does not wait for it"
    assert GiveUp(1) in table.effects
    table.after(10_000)
    assert b"levels" not in table.sent()


def test_B22_an_emergency_stop_goes_beside_what_is_stuck() -> None:
    table = Table()
    table.hear(ReadAsked(90, "S"))
    no = table.ask(order("beside", b"\x00"))
    assert table.sent() == [None, b"\x00"]
    table.finish("missed")
    assert table.ended() == [(no, "missed")]
    assert not table.suspicions()


def test_B22_each_write_of_a_stop_is_tried_also_when_one_is_refused() -> None:
    table = Table()
    no = table.ask(order("stop", b"1", more=(b"2",), answer=None))
    table.finish("refused")
    table.finish("ok")
    assert table.sent() == [b"1", b"2"]
    assert table.ended() == [(no, "refused")]
    table.ask(order(payload=b"3", more=(b"4",), answer=None))
    table.finish("refused")
    assert b"4" not in table.sent(), "of all else the rest is left"


def test_B37_an_operation_without_an_answer_is_given_up_at_its_deadline() -> None:
    table = Table()
    no = table.ask(order())
    table.finish()
    table.after(DEADLINE_MS - 1)
    assert not table.ended()
    table.after(1)
    assert table.ended() == [(no, "missed")]


def test_B37_a_stuck_request_is_given_up_and_the_off_behind_it_goes_with_a_deadline_of_its_own() -> None:
    table = Table()
    table.hear(ReadAsked(90, "S"))
    table.after(500)
    no = table.ask(order("stop", b"off", answer=(2, 1)))
    effects = table.after(DEADLINE_MS - 500)
    assert GiveUp(1) in effects
    assert table.sent() == [None, b"off"]
    table.after(DEADLINE_MS - 1)
    assert (no, "missed") not in table.ended()
    table.after(1)
    assert (no, "missed") in table.ended()


def test_B37_two_misses_in_a_row_make_the_link_suspect_and_an_answer_clears_it() -> None:
    table = Table()
    for _ in range(3):
        table.ask(order())
        table.after(DEADLINE_MS)
    assert table.suspicions() == [True]
    table.ask(order("beside", b"\x00"))
    table.finish()
    assert table.suspicions() == [True], "what waits for no answer proves nothing"
    table.hear(ReadAsked(90, "S"))
    table.finish("refused")
    assert table.suspicions() == [True, False], "a refusal is an answer"


def test_B12_a_start_is_given_up_when_its_life_is_over() -> None:
    table = Table()
    no = table.ask(order("raise"), within_ms=200)
    table.after(200)
    assert table.ended() == [(no, "missed")]


def test_B12_a_start_whose_life_is_over_while_it_waits_is_never_sent() -> None:
    table = Table()
    table.hear(ReadAsked(90, "S"))
    no = table.ask(order("raise", b"start"), within_ms=200)
    table.after(200)
    assert table.ended() == [(no, "missed")]
    table.after(10_000)
    assert table.sent() == [None]
    assert not table.suspicions(), "what never left is no miss"


def test_F44_writes_keep_their_gap() -> None:
    table = Table()
    table.ask(order(payload=b"1", more=(b"2",), answer=None, gap_ms=100))
    table.finish()
    table.after(99)
    assert table.sent() == [b"1"]
    table.after(1)
    assert table.sent() == [b"1", b"2"]
    table.finish()
    table.ask(order("beside", b"\x00"))
    assert table.sent() == [b"1", b"2"]
    table.after(100)
    assert table.sent()[-1] == b"\x00"


def test_what_is_withdrawn_before_its_turn_is_never_sent() -> None:
    table = Table()
    table.hear(ReadAsked(90, "S"))
    no = table.ask(order())
    table.hear(Withdrawn(no))
    table.finish()
    assert table.sent() == [None]
    assert table.ended() == [(90, "ok")]


def test_B48_over_a_link_that_is_gone_nothing_is_sent() -> None:
    table = Table()
    no = table.ask(order("raise"))
    waiting = table.ask(order("stop", b"off"))
    effects = table.hear(Over())
    assert [one for one in effects if isinstance(one, Ended)] == [Ended(waiting, "lost")]
    assert (no, "missed") in table.ended()
    later = table.ask(order("beside", b"\x00"))
    assert table.ended()[-1] == (later, "lost")
    assert table.wake_ms is None
    assert not table.under_way
    assert not table.suspicions()


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
