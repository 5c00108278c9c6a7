"""The link to one panel as a machine: `step(reach, event, now_ms) -> (reach, effects)`. Pure: no clock, no I/O, no framework.

It is sought while it is wanted (`reach_search.py`), made, compared with the paired panel, held, given up when it is no use, and
let go [B49]. What comes from an earlier attempt is not heard. Numbers are rules of `docs/bridge.md`; `panel_link.py` performs the
effects.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ble_bridge.reach_model import (
    LINKED,
    LOOK_EVERY_MS,
    MISMATCH_FOR_MS,
    NO_BOND,
    NO_FACTS,
    PAUSE_FIRST_MS,
    SILENT,
    SUSPECT_FOR_MS,
    UNLIKE,
    Phase,
    Reach,
)
from ble_bridge.reach_search import Search
from ble_bridge.reach_words import (
    Bond,
    Bonded,
    Close,
    Compare,
    Compared,
    Connected,
    Effect,
    Event,
    Failed,
    Forget,
    Forgotten,
    Gone,
    Heard,
    Look,
    Lost,
    Open,
    Opened,
    PairAnew,
    Read,
    Suspicion,
    Tell,
    Unbonded,
    Unheard,
    Wanted,
    WasRead,
)
from ble_bridge.run_words import Facts, LinkSuspect, LinkUp
from ble_bridge.talk_words import TimePassed, WakeAt


class _Turn(Search):
    # ── Is it the one? ───────────────────────────────────────────────────────────────────────────────────────────────
    def _answers(self, event: Any, phase: Phase) -> bool:
        """Whether to go on from here. What is lost, or wanted no more, is let go."""
        if (self.reach.phase, self.reach.attempt) != (phase, event.attempt):
            return False
        if self.reach.wanted and self.reach.told_linking:
            return True
        self.let_go()
        return False

    def unbonded(self, event: Unbonded) -> None:
        """The system knows it no more: it is sought anew."""
        if (self.reach.phase, self.reach.attempt) == ("unbonding", event.attempt):
            self.set(fared_well=True)
            self.let_go()

    def connected(self, event: Connected) -> None:
        if not self._answers(event, "connecting"):
            return
        if event.fits:
            self.set(phase="reading")
            self.effects.append(Read(event.attempt))
        else:
            self._is_another(NO_FACTS, UNLIKE)

    def was_read(self, event: WasRead) -> None:
        if self._answers(event, "reading"):
            self._compare(event.information)

    def _compare(self, information: bytes) -> None:
        self.set(phase="comparing", information=information)
        self.effects.append(Compare(self.reach.attempt, information))

    def compared(self, event: Compared) -> None:
        if not self._answers(event, "comparing"):
            return
        self.set(facts=event.facts)
        if self.reach.silent and event.speaks:
            self._up(SILENT)
        elif event.mismatch:
            self._is_another(event.facts, event.mismatch)
        elif event.facts.bonds:
            self.set(phase="bonding", looked_anew=False)
            self.effects.append(Bond(event.attempt, self.reach.radio))
        else:
            self._open()

    def _is_another(self, facts: Facts, mismatch: str) -> None:
        """What does not fit may be a table that the system kept: once that is thrown away, before it is called another [Z6]."""
        self.set(facts=facts, mismatch=mismatch)
        if self.reach.looked_anew:
            self._up(mismatch, well=False)
        else:
            self.set(phase="forgetting", looked_anew=True)
            self.effects.append(Forget(self.reach.attempt, self.reach.radio))

    def forgotten(self, event: Forgotten) -> None:
        """To forget it ends the link on some systems."""
        if (self.reach.phase, self.reach.attempt) == ("forgetting", event.attempt):
            self.set(fared_well=event.done)
        if not self._answers(event, "forgetting"):
            return
        if event.done:
            self.let_go()
        else:
            self._up(self.reach.mismatch, well=False)

    def bonded(self, event: Bonded) -> None:
        if not self._answers(event, "bonding"):
            return
        if event.problem:
            self._up(f"{NO_BOND}: {event.problem}")
        else:
            self._open()

    def _open(self) -> None:
        self.set(phase="opening", looked_anew=False)
        self.effects.append(Open(self.reach.attempt))

    def opened(self, event: Opened) -> None:
        if self._answers(event, "opening"):
            self._up("")

    def failed(self, event: Failed) -> None:
        phase = self.reach.phase
        if phase not in LINKED - {"up"} or not self._answers(event, phase):
            return
        if phase == "reading" and event.missed and self.reach.information is not None:
            self.set(silent=True)
            self._compare(self.reach.information)
        else:
            self.let_go()

    # ── Up ───────────────────────────────────────────────────────────────────────────────────────────────────────────
    def _up(self, mismatch: str, *, well: bool = True) -> None:
        now_ms, attempt = self.now_ms, self.reach.attempt
        self.set(
            phase="up", mismatch=mismatch, fared_well=well, stirred=False, suspect_ms=None, until_ms=now_ms + MISMATCH_FOR_MS,
            look_ms=now_ms + LOOK_EVERY_MS,
        )  # fmt: skip
        self.effects += [Tell(LinkUp(attempt, self.reach.facts, mismatch)), Look(attempt)]

    def suspicion(self, event: Suspicion) -> None:
        if (self.reach.phase, self.reach.attempt) == ("up", event.attempt):
            self.set(suspect_ms=self.now_ms if event.suspect else None)
            self.effects.append(Tell(LinkSuspect(event.suspect)))

    def lost(self, event: Lost) -> None:
        """What is asked for meanwhile ends soon by itself."""
        if self.reach.attempt != event.attempt:
            return
        if self.reach.phase == "up":
            self.let_go()
        elif self.reach.phase in LINKED:
            self.down()

    def gone(self, event: Gone) -> None:
        if (self.reach.phase, self.reach.attempt) == ("letting_go", event.attempt):
            self.end(PAUSE_FIRST_MS if self.reach.fared_well else self.longer_ms)

    # ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────
    def time_passed(self, _event: TimePassed) -> None:
        self.set(wake_ms=None)  # that alarm has rung

    def do_due(self) -> None:
        reach, now_ms = self.reach, self.now_ms
        if reach.phase == "pausing" and now_ms >= reach.until_ms:
            self.go_on()
        elif reach.phase == "up":
            if reach.suspect_ms is not None and now_ms >= reach.suspect_ms + SUSPECT_FOR_MS:
                self.let_go(SILENT)
            elif reach.mismatch and now_ms >= reach.until_ms:
                self.let_go()
            elif now_ms >= reach.look_ms:
                self.set(look_ms=now_ms + LOOK_EVERY_MS)
                self.effects.append(Look(reach.attempt))

    def set_alarm(self) -> None:
        reach, due = self.reach, list[int]()
        if reach.phase == "pausing" or (reach.phase == "up" and reach.mismatch):
            due.append(reach.until_ms)
        if reach.phase == "up":
            due += [reach.look_ms] if reach.suspect_ms is None else [reach.look_ms, reach.suspect_ms + SUSPECT_FOR_MS]
        at_ms = min(due, default=None)
        if at_ms != reach.wake_ms:
            self.set(wake_ms=at_ms)
            self.effects.append(WakeAt(at_ms))


_HANDLERS: Final[Mapping[type, Callable[[_Turn, Any], None]]] = {
    Wanted: _Turn.wanted,
    PairAnew: _Turn.pair_anew,
    Heard: _Turn.heard,
    Unheard: _Turn.unheard,
    Unbonded: _Turn.unbonded,
    Connected: _Turn.connected,
    WasRead: _Turn.was_read,
    Compared: _Turn.compared,
    Forgotten: _Turn.forgotten,
    Bonded: _Turn.bonded,
    Opened: _Turn.opened,
    Failed: _Turn.failed,
    Suspicion: _Turn.suspicion,
    Lost: _Turn.lost,
    Gone: _Turn.gone,
    TimePassed: _Turn.time_passed,
    Close: _Turn.close,
}


def step(reach: Reach, event: Event, now_ms: int) -> tuple[Reach, list[Effect]]:
    """The next state and what is to be done for it, in order. `now_ms` never goes back."""
    turn = _Turn(reach, now_ms)
    _HANDLERS[type(event)](turn, event)
    turn.do_due()
    turn.set_alarm()
    return turn.reach, turn.effects
