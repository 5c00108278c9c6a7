"""The machine of the operations on one link: each of its rules by itself. Numbers: `docs/bridge.md`."""

import pytest

from ble_bridge.drivers.driver import Rank
from ble_bridge.talk_words import (
    Answered,
    Ended,
    GiveUp,
    Over,
    ReadAsked,
    Withdrawn,
)
from tests.ble_bridge.talk_table import DEADLINE_MS, Table, order


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
