"""What radios, panel and session machine do to the machine of one panel's link, in any order, and what must never come of it."""

from typing import Any, Final

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ble_bridge.reach_model import (
    MISMATCH_FOR_MS,
    NO_FACTS,
    PAUSE_FIRST_MS,
    PAUSE_MOST_MS,
    PAUSE_URGENT_MS,
    SUSPECT_FOR_MS,
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
    Effect,
    Event,
    Failed,
    Forget,
    Forgotten,
    Gone,
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
from ble_bridge.talk_words import WakeAt
from tests.ble_bridge.reach_table import BONDING, FACTS, PLACE, Table

Asked = Unbond | Connect | Read | Compare | Forget | Bond | Open
ENDING: Final = (StopSeeking, LetGo, Closed, WakeAt)


class AnyOrder(RuleBasedStateMachine):
    """What radios, panel and session machine may do, in any order; a bookkeeping of its own says what must never come of it."""

    did: dict[str, int] = {}
    """Of all runs together."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(radios=2, watch=self.check)
        self.wanted = self.urgent = self.closing = self.closed = False
        self.attempt = 0
        self.seeking: set[int] = set()
        self.heard: set[int] = set()
        self.asked: Asked | None = None
        self.linked = False
        """There is a link, or one may be being made."""
        self.letting_go = False
        self.told = "down"
        self.passed: set[str] = set()
        """What this attempt's device has shown."""
        self.ended_ms = 0
        self.changed = True
        """What is wanted has changed since the last attempt began."""
        self.urgent_ms: int | None = None
        """All the time since then."""
        self.up_ms: int | None = None
        """With a mismatch."""
        self.suspect_ms: int | None = None
        self.anew = False
        self.forgotten = 0
        """How often in a row without its having fitted in between."""

    def note(self, what: str) -> None:
        AnyOrder.did[what] = AnyOrder.did.get(what, 0) + 1

    # ── What is asked for ────────────────────────────────────────────────────────────────────────────────────────────
    def check(self, effects: list[Effect]) -> None:
        for effect in effects:
            self.note(type(effect).__name__)
            assert not self.closed or effect == WakeAt(None), "what is closed asks for nothing"
            assert not self.closing or isinstance(effect, ENDING) or effect == Tell(LinkDown()), effect
            match effect:
                case Seek() | SeekBySerial():
                    self._check_seek(effect)
                case Tell():
                    self._check_told(effect.event)
                case LetGo():
                    assert self.linked
                    assert not self.letting_go
                    assert self.told == "down", "told before it is let go"
                    self.letting_go, self.asked = True, None
                case Closed():
                    assert self.closing
                    assert not self.linked
                    assert not self.seeking
                    self.closed = True
                case Unbond() | Connect() | Read() | Compare() | Forget() | Bond() | Open():
                    self._check_asked(effect)
                case Look():
                    assert self.told == "up"

    def _check_seek(self, seek: Seek | SeekBySerial) -> None:
        assert self.wanted
        assert not self.linked, "one link at most"
        if seek.attempt != self.attempt:
            assert seek.attempt == self.attempt + 1, "each attempt has a number of its own"
            assert not self.seeking
            waited_ms = self.table.now_ms - self.ended_ms
            assert self.changed or waited_ms >= PAUSE_FIRST_MS, "no attempt without a pause"
            assert self.attempt == 0 or self.changed or waited_ms <= PAUSE_MOST_MS
            if self.urgent_ms is not None and self.urgent_ms <= self.ended_ms:
                assert waited_ms <= PAUSE_URGENT_MS, "what is urgent is sought each second"
            self.attempt, self.changed, self.heard, self.passed = seek.attempt, False, set(), set()
        self.seeking.add(seek.radio)

    def _check_told(self, event: Linking | LinkUp | LinkDown | LinkSuspect) -> None:
        match event:
            case Linking():
                assert self.told == "down", "down before the next"
                assert not self.seeking
                self.told, self.linked = "linking", True
            case LinkUp():
                assert self.told == "linking"
                assert self.wanted
                assert event.link_no == self.attempt
                assert event.mismatch or "opened" in self.passed, "known before it is up"
                assert not event.mismatch or "opened" not in self.passed
                self.told = "up"
                self.up_ms, self.suspect_ms = self.table.now_ms if event.mismatch else None, None
                self.note("up, " + ("not it" if event.mismatch else "it"))
            case LinkDown():
                assert self.told != "down", "told once"
                self.told, self.up_ms, self.suspect_ms = "down", None, None
            case LinkSuspect():
                assert self.told == "up"

    def _check_asked(self, asked: Asked) -> None:
        assert self.wanted
        if isinstance(asked, Unbond):
            assert not self.seeking
            assert not self.linked
            assert asked.radio in self.heard
            assert self.anew, "only when a person says so"
            self.anew, self.linked = False, True
        assert self.told == ("down" if isinstance(asked, Unbond) else "linking")
        assert self.linked
        assert self.asked is None, "one thing at a time"
        assert asked.attempt == self.attempt
        match asked:
            case Connect():
                assert asked.radio in self.heard
            case Forget():
                assert "alike" not in self.passed
                self.forgotten += 1
                assert self.forgotten <= 1, "looked at anew once"
            case Bond():
                assert "alike" in self.passed, "no bond with another"
            case Open():
                assert "alike" in self.passed
                assert "bonds" not in self.passed or "bonded" in self.passed
        self.asked = asked

    # ── What happens ─────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(wanted=st.sampled_from([True] * 4 + [False]), urgent=st.booleans())
    def wants(self, wanted: bool, urgent: bool) -> None:
        if not self.closing and (wanted, urgent and wanted) != (self.wanted, self.urgent):
            if self.told != "up":
                self.changed = True
            self.wanted, self.urgent = wanted, urgent and wanted
            self.urgent_ms = self.table.now_ms if self.urgent else None
        self.table.hear(Wanted(wanted, urgent and wanted))

    @rule(steps=st.integers(1, 9), it=st.booleans(), bonds=st.booleans(), then_ms=st.sampled_from([0, 0, MISMATCH_FOR_MS]))
    def goes_on(self, steps: int, it: bool, bonds: bool, then_ms: int) -> None:
        """So many steps further on the way to a link that is up."""
        if not self.wanted:
            self.wants(True, False)
        for _ in range(steps):
            if self.seeking:
                self._radio_ends(min(self.seeking), heard=True)
            elif self.asked is not None:
                self._answers(it or not isinstance(self.asked, Compare | Forget), bonds, True)
            elif self.letting_go:
                self.is_gone()
        self.table.after(then_ms)

    @rule(urgent=st.booleans())
    def comes_to_nothing(self, urgent: bool) -> None:
        self.wants(True, urgent)
        for _ in range(4):
            self._come_to_nothing()
            self.table.after(PAUSE_MOST_MS)
        self._come_to_nothing()

    @rule()
    def pairs_anew(self) -> None:
        self.anew = self.changed = True
        self.table.hear(PairAnew())

    @precondition(lambda self: self.seeking)
    @rule(data=st.data(), heard=st.booleans())
    def radio_ends(self, data: Any, heard: bool) -> None:
        self._radio_ends(data.draw(st.sampled_from(sorted(self.seeking))), heard=heard)

    def _radio_ends(self, radio: int, *, heard: bool) -> None:
        self.seeking.discard(radio)
        if heard:
            self.heard.add(radio)
        self.ended_ms = self.table.now_ms
        self.table.hear(Heard(self.attempt, radio, PLACE) if heard else Unheard(self.attempt, radio))

    @precondition(lambda self: self.asked)
    @rule(good=st.booleans(), bonds=st.booleans(), speaks=st.booleans())
    def answers(self, good: bool, bonds: bool, speaks: bool) -> None:
        self._answers(good, bonds, speaks)

    def _answers(self, good: bool, bonds: bool, speaks: bool) -> None:
        asked, self.asked = self.asked, None
        attempt = self.attempt
        alike = Compared(attempt, BONDING if bonds else FACTS, "", True)
        another = Compared(attempt, FACTS if speaks else NO_FACTS, "another", speaks)
        answers: dict[type, tuple[set[str], Event]] = {
            Unbond: (set(), Unbonded(attempt)),
            Connect: (set(), Connected(attempt, good)),
            Read: (set(), WasRead(attempt, b"i")),
            Compare: ({"alike", "bonds"} if bonds else {"alike"}, alike) if good else (set(), another),
            Forget: (set(), Forgotten(attempt, good)),
            Bond: ({"bonded"} if good else set(), Bonded(attempt, "" if good else "no button")),
            Open: ({"opened"}, Opened(attempt)),
        }
        shown, event = answers[type(asked)]
        self.passed |= shown
        self.forgotten = 0 if "alike" in shown else self.forgotten
        self.table.hear(event)

    @precondition(lambda self: self.asked)
    @rule(missed=st.booleans())
    def fails(self, missed: bool) -> None:
        self.asked = None
        self.table.hear(Failed(self.attempt, missed))

    @rule(data=st.data(), back=st.integers(0, 3))
    def answers_late(self, data: Any, back: int) -> None:
        """Of an earlier attempt, or of this one what was not asked for."""
        attempt = max(0, self.attempt - back)
        late: list[Event] = [
            Heard(attempt, 7, "elsewhere"), Unheard(attempt, 7), Unbonded(attempt), Connected(attempt, True),
            WasRead(attempt, b"late"), Compared(attempt, FACTS, "", True), Forgotten(attempt, True), Bonded(attempt, ""),
            Opened(attempt), Failed(attempt), Gone(attempt),
        ]  # fmt: skip
        if back and self.attempt > attempt:
            late += [Heard(attempt, 0, "elsewhere"), Unheard(attempt, 1), Suspicion(attempt, True), Lost(attempt)]
        elif self.asked is not None or self.letting_go:
            return
        event = data.draw(st.sampled_from(late))
        self.table.after(0)  # else what is due would be done with it
        before = self.table.reach
        assert self.table.hear(event) == []
        assert self.table.reach == before, "an earlier attempt is over"

    @precondition(lambda self: self.linked)
    @rule()
    def loses(self) -> None:
        self.table.hear(Lost(self.attempt))
        assert self.told == "down"

    @precondition(lambda self: self.told == "up")
    @rule(suspect=st.sampled_from([True, True, True, False]), long=st.booleans())
    def suspects(self, suspect: bool, long: bool) -> None:
        self.suspect_ms = self.table.now_ms if suspect else None
        self.table.hear(Suspicion(self.attempt, suspect))
        self.table.after(SUSPECT_FOR_MS if long else 0)

    @precondition(lambda self: self.letting_go)
    @rule()
    def is_gone(self) -> None:
        self.letting_go = self.linked = False
        self.ended_ms = self.table.now_ms
        self.table.hear(Gone(self.attempt))

    @rule(ms=st.sampled_from([1, 50, 400, 1_000, 4_000, 10_000]))
    def waits(self, ms: int) -> None:
        self.table.after(ms)

    @precondition(lambda self: self.attempt > 4)
    @rule()
    def closes(self) -> None:
        self.closing, self.wanted, self.urgent, self.urgent_ms = True, False, False, None
        self.table.hear(Close())

    # ── What is always so ────────────────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def there_is_a_way_on(self) -> None:
        table = self.table
        assert table.wake_ms == table.reach.wake_ms
        assert table.wake_ms is None or table.wake_ms > table.now_ms or table.wake_ms >= self.ended_ms
        under_way = self.seeking or self.asked is not None or self.letting_go
        if self.wanted and not under_way:
            assert table.wake_ms is not None, "left alone, it goes on"
            assert table.wake_ms <= table.now_ms + (PAUSE_URGENT_MS if self.urgent else PAUSE_MOST_MS)
        if not self.wanted and not under_way:
            assert not self.linked, "nothing is held that is not wanted"
            assert self.closed == self.closing

    @invariant()
    def nothing_is_held_too_long(self) -> None:
        now_ms = self.table.now_ms
        assert self.suspect_ms is None or now_ms - self.suspect_ms < SUSPECT_FOR_MS
        assert self.up_ms is None or now_ms - self.up_ms < MISMATCH_FOR_MS

    def teardown(self) -> None:
        """Left alone, with radios that hear nothing any more, it seeks on while it is wanted, and closes when it is told to."""
        attempt = self.attempt
        self.wants(True, False)
        if self.told == "up":
            self.loses()
        for _ in range(8):
            self._come_to_nothing()
            self.table.after(PAUSE_MOST_MS)
        assert self.closing or self.attempt > attempt
        self.closes()
        self._come_to_nothing()
        assert self.closed

    def _come_to_nothing(self) -> None:
        for _ in range(8):
            for radio in sorted(self.seeking):
                self.seeking.discard(radio)
                self.ended_ms = self.table.now_ms
                self.table.hear(Unheard(self.attempt, radio))
            if self.asked is not None:
                self.fails(False)
            if self.letting_go:
                self.is_gone()


def live(times: int, machine: type[RuleBasedStateMachine] = AnyOrder) -> None:
    of = settings(max_examples=times, stateful_step_count=50, phases=[Phase.generate], report_multiple_bugs=False)
    run_state_machine_as_test(machine, settings=of)
