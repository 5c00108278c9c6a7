"""The machine of one panel's link: each of its rules by itself. Numbers: `docs/bridge.md`, `docs/bluez.md`."""

import pytest

from ble_bridge.reach_model import (
    LOOK_EVERY_MS,
    MISMATCH_FOR_MS,
    NO_BOND,
    NO_FACTS,
    PAUSE_FIRST_MS,
    PAUSE_MOST_MS,
    PAUSE_URGENT_MS,
    SILENT,
    SUSPECT_FOR_MS,
    UNLIKE,
)
from ble_bridge.reach_words import (
    Bond,
    Bonded,
    Close,
    Closed,
    Compare,
    Compared,
    Connect,
    Connected,
    Event,
    Failed,
    Forget,
    Forgotten,
    Heard,
    LetGo,
    Look,
    Lost,
    Open,
    Opened,
    PairAnew,
    Read,
    Seek,
    SeekBySerial,
    StopSeeking,
    Suspicion,
    Tell,
    Unbond,
    Unbonded,
    Unheard,
    Wanted,
    WasRead,
)
from ble_bridge.run_words import LinkDown, Linking, LinkSuspect, LinkUp
from tests.ble_bridge.reach_table import BONDING, FACTS, PLACE, Table

ELSEWHERE = "9F2C1D3E-0B4A-4C5D-8E6F-102132435465"


def pauses(table: Table, count: int) -> list[int]:
    """How long it waits after each of so many searches without a result."""
    found = []
    for _ in range(count):
        table.not_heard()
        assert table.reach.phase == "pausing"
        found.append(table.reach.until_ms - table.now_ms)
        table.after(found[-1])
    return found


# ── Sought ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_B49_every_radio_seeks_at_once_and_the_first_that_hears_it_makes_the_link_when_all_are_quiet() -> None:
    table = Table(radios=3).sought()
    assert table.all(Seek) == [Seek(1, radio, PLACE) for radio in range(3)]
    assert table.hear(Heard(1, 1, PLACE)) == [StopSeeking(1)]
    assert table.hear(Unheard(1, 0)) == []
    assert table.hear(Heard(1, 2, PLACE)) == [Tell(Linking()), Connect(1, 1)]


def test_B49_the_radios_are_stopped_once_and_one_that_heard_it_counts_when_it_is_wanted_again() -> None:
    table = Table(radios=2).sought()
    assert table.hear(Heard(1, 0, PLACE), Wanted(False), Wanted(True)) == [StopSeeking(1)]
    assert table.hear(Unheard(1, 1)) == [Tell(Linking()), Connect(1, 0)]


def test_B30_what_no_radio_hears_is_sought_by_its_serial_number_radio_by_radio() -> None:
    table = Table(radios=2).sought()
    table.hear(Unheard(1, 0))
    assert table.hear(Unheard(1, 1)) == [SeekBySerial(1, 0)]
    assert table.hear(Unheard(1, 0)) == [SeekBySerial(1, 1)]
    assert table.hear(Heard(1, 1, ELSEWHERE)) == [Tell(Linking()), Connect(1, 1)]
    table.hear(Failed(1))
    table.gone()
    table.after(PAUSE_MOST_MS)
    assert table.all(Seek)[-1] == Seek(2, 1, ELSEWHERE), "from now on it is known by that"


def test_B49_what_is_not_found_is_sought_again_after_ever_longer_pauses() -> None:
    table = Table().sought()
    assert pauses(table, 8) == [400, 800, 1_600, 3_200, 6_400, PAUSE_MOST_MS, PAUSE_MOST_MS, PAUSE_MOST_MS]
    table.up()
    table.hear(Lost(table.attempt))
    table.gone()
    assert table.reach.until_ms - table.now_ms == PAUSE_FIRST_MS
    table.after(PAUSE_FIRST_MS)
    assert pauses(table, 1) == [400]


def test_B49_a_light_that_depends_on_the_link_waits_no_longer_than_a_second() -> None:
    table = Table().sought(urgent=True)
    assert pauses(table, 5) == [400, 800, PAUSE_URGENT_MS, PAUSE_URGENT_MS, PAUSE_URGENT_MS]


def test_B49_a_pause_ends_when_what_is_wanted_changes_also_while_it_was_sought() -> None:
    table = Table().sought()
    table.not_heard()
    assert table.hear(Wanted(True, urgent=True)) == [Seek(2, 0, PLACE)]
    table.hear(Wanted(True))
    table.not_heard()
    assert table.attempt == 3
    assert table.reach.phase == "seeking"
    assert table.hear(Wanted(True)) == [], "no change"


def test_B49_what_is_wanted_no_more_is_sought_no_more_and_never_connected_to() -> None:
    table = Table(radios=2).sought()
    assert table.hear(Wanted(False)) == [StopSeeking(1)]
    assert table.hear(Heard(1, 0, PLACE), Unheard(1, 1)) == []
    assert table.reach.phase == "resting"
    assert table.wake_ms is None
    assert table.hear(Wanted(True)) == [Seek(2, 0, PLACE), Seek(2, 1, PLACE)]


@pytest.mark.parametrize("radios", [0, 1])
def test_B49_without_a_radio_too_it_comes_to_rest_between_searches(radios: int) -> None:
    table = Table(radios=radios).sought()
    table.not_heard()
    assert table.reach.phase == "pausing"


# ── Is it the one? ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_B30_it_is_read_and_compared_before_anything_is_switched_on() -> None:
    table = Table().sought()
    assert table.connected() == [Read(1)]
    assert table.hear(WasRead(1, b"i")) == [Compare(1, b"i")]
    assert table.hear(Compared(1, FACTS, "", True)) == [Open(1)]
    assert table.hear(Opened(1)) == [Tell(LinkUp(1, FACTS)), Look(1)]
    assert table.told() == [Linking(), LinkUp(1, FACTS)]


def test_Z16_a_panel_that_asks_for_a_bond_is_bonded_when_it_is_known_and_before_it_is_spoken_to() -> None:
    table = Table().sought()
    assert table.compared(BONDING) == [Bond(1, 0)]
    assert table.hear(Bonded(1, "")) == [Open(1)]


def test_Z18_a_bond_of_no_use_goes_before_the_next_link_which_is_sought_anew() -> None:
    table = Table().sought()
    table.not_heard()
    assert table.hear(PairAnew()) == [Seek(2, 0, PLACE)], "a person waits"
    assert table.hear(Heard(2, 0, PLACE)) == [Unbond(2, 0)]
    assert table.hear(Unbonded(1)) == []
    assert table.hear(Unbonded(2)) == [LetGo(2)]
    table.gone()
    assert table.after(PAUSE_FIRST_MS) == [Seek(3, 0, PLACE)]
    assert table.hear(Heard(3, 0, PLACE)) == [Tell(Linking()), Connect(3, 0)]
    assert table.told() == [Linking()]


def test_Z18_a_bond_that_does_not_go_is_no_end() -> None:
    table = Table().sought()
    table.hear(PairAnew(), Heard(1, 0, PLACE))
    assert table.hear(Failed(1)) == [LetGo(1)]
    table.gone()
    table.after(PAUSE_MOST_MS)
    assert table.hear(Heard(2, 0, PLACE)) == [Tell(Linking()), Connect(2, 0)]
    table = Table().sought()
    table.hear(PairAnew(), Heard(1, 0, PLACE))
    assert table.hear(Close()) == [LetGo(1)]
    assert table.gone() == [Closed()]


def test_Z17_without_its_bond_a_panel_is_up_for_an_off_alone_and_tried_again_soon() -> None:
    table = Table().sought()
    table.compared(BONDING)
    assert table.hear(Bonded(1, "no button")) == [Tell(LinkUp(1, BONDING, f"{NO_BOND}: no button")), Look(1)]
    assert LetGo(1) in table.after(MISMATCH_FOR_MS)
    table.gone()
    assert table.after(PAUSE_FIRST_MS) == [Seek(2, 0, PLACE)]
    table.compared(FACTS, "another serial number: X")
    assert not table.all(Open)
    assert table.all(Forget) == [Forget(2, 0)], "that it has no bond says nothing of its table"


def test_Z6_what_does_not_fit_is_looked_at_anew_once() -> None:
    table = Table().sought()
    assert table.compared(FACTS, "another table of characteristics") == [Forget(1, 0)]
    assert table.hear(Lost(1)) == [Tell(LinkDown())], "on some systems its link ends with it"
    assert table.hear(Forgotten(1, True)) == [LetGo(1)]
    table.gone()
    assert table.after(PAUSE_FIRST_MS) == [Seek(2, 0, PLACE)]
    another = Tell(LinkUp(2, FACTS, "another table of characteristics"))
    assert table.compared(FACTS, "another table of characteristics") == [another, Look(2)]
    assert table.told() == [Linking(), LinkDown(), Linking(), another.event]


def test_Z6_where_nothing_was_kept_of_it_it_is_another_at_once() -> None:
    table = Table().sought()
    table.hear(Heard(1, 0, PLACE))
    assert table.hear(Connected(1, False)) == [Forget(1, 0)]
    assert table.hear(Forgotten(1, False)) == [Tell(LinkUp(1, NO_FACTS, UNLIKE)), Look(1)]


def test_Z6_a_panel_that_was_silent_may_be_looked_at_anew_the_next_time() -> None:
    table = Table().sought()
    table.up()
    table.hear(Lost(1))
    table.gone()
    table.after(PAUSE_FIRST_MS)
    table.connected()
    table.hear(Failed(2, missed=True), Compared(2, FACTS, "", True))
    table.after(MISMATCH_FOR_MS)
    table.gone()
    table.after(PAUSE_FIRST_MS)
    assert table.compared(FACTS, "another table of characteristics") == [Forget(3, 0)]


def test_Z6_a_panel_that_fitted_may_be_looked_at_anew_the_next_time() -> None:
    table = Table().sought()
    for _ in range(2):
        table.compared(FACTS, "another table of characteristics")
        table.hear(Forgotten(table.attempt, True))
        table.gone()
        table.after(PAUSE_FIRST_MS)
        table.up()
        table.hear(Lost(table.attempt))
        table.gone()
        table.after(PAUSE_FIRST_MS)
    assert len(table.all(Forget)) == 2


def test_B30_another_panel_is_held_no_longer_than_an_off_needs_and_sought_ever_more_rarely() -> None:
    table, waits = Table().sought(), []
    table.compared(FACTS, "another serial number: X", speaks=True)
    table.hear(Forgotten(1, False))
    for _ in range(3):
        assert LetGo(table.attempt) not in table.after(MISMATCH_FOR_MS - 1)
        assert LetGo(table.attempt) in table.after(1)
        table.gone()
        waits.append(table.reach.until_ms - table.now_ms)
        table.after(waits[-1])
        table.compared(FACTS, "another serial number: X")
    assert waits == [400, 800, 1_600]


def test_B30_a_silent_panel_that_was_read_before_is_up_for_an_off_alone() -> None:
    table = Table().sought()
    table.up()
    table.hear(Lost(1))
    table.gone()
    table.after(PAUSE_FIRST_MS)
    table.connected()
    assert table.hear(Failed(2, missed=True)) == [Compare(2, b"i")]
    assert table.hear(Compared(2, FACTS, "", True)) == [Tell(LinkUp(2, FACTS, SILENT)), Look(2)]


@pytest.mark.parametrize("missed", [True, False])
def test_B30_a_panel_that_was_never_read_is_not_spoken_to(missed: bool) -> None:
    table = Table().sought()
    table.connected()
    assert table.hear(Failed(1, missed)) == [Tell(LinkDown()), LetGo(1)]


def test_B49_a_link_that_failed_before_it_was_up_is_sought_again_after_ever_longer_pauses() -> None:
    table, waits = Table().sought(), []
    for _ in range(4):
        table.compared()
        assert table.hear(Failed(table.attempt)) == [Tell(LinkDown()), LetGo(table.attempt)]
        table.hear(Lost(table.attempt))
        table.gone()
        waits.append(table.reach.until_ms - table.now_ms)
        table.after(waits[-1])
    assert waits == [400, 800, 1_600, 3_200]


# ── Held ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_B49_a_link_is_looked_at_twice_a_second() -> None:
    table = Table().sought()
    table.up()
    assert table.after(3 * LOOK_EVERY_MS) == [Look(1)] * 3


def test_B37_a_link_that_is_suspect_for_four_seconds_is_given_up_and_sought_again() -> None:
    table = Table().sought()
    table.up()
    assert table.hear(Suspicion(1, True)) == [Tell(LinkSuspect(True))]
    table.after(SUSPECT_FOR_MS - 1)
    assert table.hear(Suspicion(1, False)) == [Tell(LinkSuspect(False))]
    assert LetGo(1, SILENT) not in table.after(SUSPECT_FOR_MS)
    table.hear(Suspicion(1, True))
    assert LetGo(1, SILENT) not in table.after(SUSPECT_FOR_MS - 1)
    assert table.after(1)[-2:] == [Tell(LinkDown()), LetGo(1, SILENT)]
    table.gone()
    assert table.after(PAUSE_FIRST_MS) == [Seek(2, 0, PLACE)]


def test_B48_the_machine_is_told_that_it_is_down_before_the_link_is_let_go() -> None:
    table = Table().sought()
    table.up()
    assert table.hear(Wanted(False)) == [Tell(LinkDown()), LetGo(1)]
    assert table.hear(Lost(1)) == []
    assert table.hear(Wanted(True)) == [], "the old one is let go first"
    assert table.gone() == [Seek(2, 0, PLACE)]


def test_B49_what_is_lost_or_wanted_no_more_while_it_is_compared_is_never_up() -> None:
    for spoiled in (Lost(1), Wanted(False)):
        table = Table().sought()
        table.compared()
        table.hear(spoiled)
        table.hear(Opened(1))
        assert table.lets_go()
        assert table.told() == [Linking(), LinkDown()]


def test_B49_what_comes_from_an_earlier_attempt_is_not_heard() -> None:
    table = Table().sought()
    table.up()
    table.hear(Lost(1))
    table.gone()
    table.after(PAUSE_FIRST_MS)
    late = (
        Heard(1, 0, ELSEWHERE), Unheard(1, 0), Unbonded(1), Connected(1, True), WasRead(1, b"old"), Compared(1, FACTS, "", True),
        Forgotten(1, True), Bonded(1, ""), Opened(1), Failed(1), Suspicion(1, True), Lost(1),
    )  # fmt: skip
    ways: tuple[tuple[Event, ...], ...] = (
        (), (Heard(2, 0, PLACE), Connected(2, True)), (WasRead(2, b"i"),), (Compared(2, FACTS, "", True),),
    )  # fmt: skip
    for way in ways:
        table.hear(*way)
        before = table.reach
        assert table.hear(*late) == []
        assert table.reach == before


# ── Closed ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_B49_to_close_it_lets_go_whatever_it_is_at() -> None:
    way: tuple[Event, ...] = (
        Wanted(True), Heard(1, 0, PLACE), Connected(1, True), WasRead(1, b"i"), Compared(1, FACTS, "", True), Opened(1),
    )  # fmt: skip
    phases = ("resting", "seeking", "connecting", "reading", "comparing", "opening", "up")
    for steps, phase in list(enumerate(phases))[1:]:
        table = Table()
        table.hear(*way[:steps])
        assert table.reach.phase == phase
        asked = table.hear(Close())
        if phase == "seeking":
            assert asked == [StopSeeking(1)]
            asked = table.hear(Unheard(1, 0))
        else:
            assert asked == [Tell(LinkDown()), LetGo(1)]
            asked = table.gone()
        assert asked == [Closed()]
        assert table.hear(Wanted(True, urgent=True), Close()) == []
        assert table.after(60_000) == []


def test_B49_to_close_it_at_rest_needs_nothing() -> None:
    assert Table().hear(Close()) == [Closed()]
    table = Table().sought()
    table.not_heard()
    assert table.hear(Close()) == [Closed()]
    assert table.wake_ms is None
