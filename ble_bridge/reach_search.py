"""How a panel is sought: while its link is wanted, by every radio, with a pause after what came to nothing. Pure [B49]."""

from dataclasses import replace
from typing import Any

from ble_bridge.reach_model import LINKED, NO_RADIO, PAUSE_MOST_MS, PAUSE_URGENT_MS, Reach
from ble_bridge.reach_words import (
    Close,
    Closed,
    Connect,
    Effect,
    Heard,
    LetGo,
    PairAnew,
    Seek,
    SeekBySerial,
    StopSeeking,
    Tell,
    Unbond,
    Unheard,
    Wanted,
)
from ble_bridge.run_words import LinkDown, Linking


class Search:
    """One step: what it is at, and what is to be done. Here: whether a link is wanted, and who hears the panel."""

    def __init__(self, reach: Reach, now_ms: int) -> None:
        self.reach, self.now_ms = reach, now_ms
        self.effects: list[Effect] = []

    def set(self, **changes: Any) -> None:
        self.reach = replace(self.reach, **changes)

    # ── Wanted or not ────────────────────────────────────────────────────────────────────────────────────────────────
    def wanted(self, event: Wanted) -> None:
        reach = self.reach
        if reach.closing or (event.wanted, event.urgent) == (reach.wanted, reach.urgent):
            return
        self.set(wanted=event.wanted, urgent=event.urgent, stirred=reach.phase != "up")
        if reach.phase in ("resting", "pausing"):
            self.go_on()
        elif not event.wanted and reach.phase == "seeking":
            self._stop_seeking()
        elif not event.wanted and reach.phase == "up":
            self.let_go()

    def pair_anew(self, _event: PairAnew) -> None:
        self.set(unbonds=True)
        if self.reach.phase == "pausing":
            self.go_on()

    def close(self, _event: Close) -> None:
        if self.reach.closing:
            return
        self.set(closing=True, wanted=False, urgent=False)
        if self.reach.phase == "seeking":
            self._stop_seeking()
        elif self.reach.phase in LINKED:
            self.let_go()
        elif self.reach.phase != "letting_go":
            self.go_on()

    def go_on(self) -> None:
        if self.reach.closing:
            self.set(phase="closed")
            self.effects.append(Closed())
        elif self.reach.wanted:
            self._seek()
        else:
            self.set(phase="resting")

    def end(self, pause_ms: int) -> None:
        """Of an attempt."""
        self.set(pause_ms=pause_ms)
        reach = self.reach
        if reach.stirred or not reach.wanted:
            self.go_on()
        else:
            self.set(phase="pausing", until_ms=self.now_ms + (min(pause_ms, PAUSE_URGENT_MS) if reach.urgent else pause_ms))

    @property
    def longer_ms(self) -> int:
        return min(self.reach.pause_ms * 2, PAUSE_MOST_MS)

    def down(self) -> None:
        if self.reach.told_linking:
            self.set(told_linking=False)
            self.effects.append(Tell(LinkDown()))

    def let_go(self, why: str = "") -> None:
        """`LinkDown` comes before it is let go, which takes seconds: nothing is written from now on."""
        self.down()
        self.set(phase="letting_go")
        self.effects.append(LetGo(self.reach.attempt, why))

    # ── Seeking ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _seek(self) -> None:
        """Every radio at once, by its address; then one after the other, by its serial number."""
        attempt, radios = self.reach.attempt + 1, range(self.reach.radios)
        self.set(
            phase="seeking", attempt=attempt, seeking=frozenset(radios), serials_sought=0, stopped=False, radio=NO_RADIO,
            stirred=False, silent=False, fared_well=False,
        )  # fmt: skip
        self.effects += [Seek(attempt, radio, self.reach.address) for radio in radios]
        self._sought()

    def _stop_seeking(self) -> None:
        """Once: what is cancelled again is cut short in its tidying up."""
        if not self.reach.stopped:
            self.set(stopped=True)
            self.effects.append(StopSeeking(self.reach.attempt))

    def heard(self, event: Heard) -> None:
        if not self._is_sought(event):
            return
        if self.reach.radio == NO_RADIO:
            address = event.address if self.reach.serials_sought else self.reach.address
            self.set(radio=event.radio, address=address)
            if self.reach.seeking != {event.radio}:
                self._stop_seeking()
        self._quiet(event.radio)

    def unheard(self, event: Unheard) -> None:
        if self._is_sought(event):
            self._quiet(event.radio)

    def _is_sought(self, event: Heard | Unheard) -> bool:
        reach = self.reach
        return (reach.phase, reach.attempt) == ("seeking", event.attempt) and event.radio in reach.seeking

    def _quiet(self, radio: int) -> None:
        self.set(seeking=self.reach.seeking - {radio})
        self._sought()

    def _sought(self) -> None:
        """No link is made while a radio of ours still seeks."""
        reach = self.reach
        if reach.seeking:
            return
        if reach.wanted and reach.radio != NO_RADIO and reach.unbonds:
            self.set(phase="unbonding", unbonds=False)
            self.effects.append(Unbond(reach.attempt, reach.radio))
        elif reach.wanted and reach.radio != NO_RADIO:
            self.set(phase="connecting", told_linking=True)
            self.effects += [Tell(Linking()), Connect(reach.attempt, reach.radio)]
        elif reach.stopped or not reach.wanted:
            self.end(reach.pause_ms)
        elif reach.serials_sought < reach.radios:
            self.set(seeking=frozenset({reach.serials_sought}), serials_sought=reach.serials_sought + 1)
            self.effects.append(SeekBySerial(reach.attempt, reach.serials_sought))
        else:
            self.end(self.longer_ms)
