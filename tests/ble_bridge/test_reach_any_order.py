"""The machine of one panel's link in any order of events, and without each of its safeguards. Numbers: `docs/bridge.md`."""

import sys
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import core, seed

from ble_bridge import reach, reach_search
from ble_bridge.reach import _Turn
from ble_bridge.reach_words import (
    Bond,
    Close,
    Closed,
    Compare,
    Connect,
    Forget,
    Gone,
    LetGo,
    Lost,
    Open,
    Read,
    Seek,
    SeekBySerial,
    StopSeeking,
    Unbond,
)
from tests.ble_bridge.reach_any_order import AnyOrder, live


def test_B49_in_any_order_of_events_no_rule_is_broken() -> None:
    AnyOrder.did.clear()
    asked = (Seek, SeekBySerial, StopSeeking, Unbond, Connect, Read, Compare, Forget, Bond, Open, LetGo, Closed)
    wanted = {"up, it", "up, not it", *(one.__name__ for one in asked)}
    for round_no in range(10):  # what is rare does not come in every hundred
        machine = type("AnyOrder", (AnyOrder,), {})
        live(100, seed(f"{core.global_force_seed} {round_no}")(machine))
        if wanted <= set(AnyOrder.did):
            break
    sys.stdout.write(f"{AnyOrder.did}\n")
    assert wanted <= set(AnyOrder.did), AnyOrder.did


# ── Without a safeguard ──────────────────────────────────────────────────────────────────────────────────────────────
def _late_is_heard(turn: _Turn, event: Any, phase: Any) -> bool:
    return turn.reach.phase == phase and turn.reach.wanted and turn.reach.told_linking


def _gone_on_with(turn: _Turn, event: Any, phase: Any) -> bool:
    return (turn.reach.phase, turn.reach.attempt) == (phase, event.attempt)


def _up_whoever_it_is(turn: _Turn, _facts: Any, _mismatch: str) -> None:
    turn._open()


def _up_for_ever_looked_anew(turn: _Turn, facts: Any, mismatch: str) -> None:
    turn.set(facts=facts, mismatch=mismatch, phase="forgetting")
    turn.effects.append(Forget(turn.reach.attempt, turn.reach.radio))


def _no_close(turn: _Turn, _event: Close) -> None:
    turn.set(closing=True, wanted=False, urgent=False)


def _told_after(turn: _Turn, why: str = "") -> None:
    turn.set(phase="letting_go")
    turn.effects.append(LetGo(turn.reach.attempt, why))
    turn.down()


def _at_once(turn: _Turn, pause_ms: int) -> None:
    turn.set(pause_ms=pause_ms)
    turn.go_on()


def _no_alarm(turn: _Turn) -> None:
    turn.set(wake_ms=None)


HOUR_MS: Final = 3_600_000
PLANTS: Final[dict[str, tuple[Any, str, Any]]] = {
    "an earlier attempt's answer counts": (_Turn, "_answers", _late_is_heard),
    "what is wanted no more is gone on with": (_Turn, "_answers", _gone_on_with),
    "another panel is up": (_Turn, "_is_another", _up_whoever_it_is),
    "looked at anew for ever": (_Turn, "_is_another", _up_for_ever_looked_anew),
    "never told that it is down": (_Turn, "down", lambda _turn: None),
    "told after it is let go": (_Turn, "let_go", _told_after),
    "no pause": (_Turn, "end", _at_once),
    "a pause without an end": (_Turn, "set_alarm", _no_alarm),
    "ever longer pauses": (reach_search, "PAUSE_MOST_MS", HOUR_MS),
    "long pauses in need": (reach_search, "PAUSE_URGENT_MS", HOUR_MS),
    "suspect for ever": (reach, "SUSPECT_FOR_MS", HOUR_MS),
    "another panel is held": (reach, "MISMATCH_FOR_MS", HOUR_MS),
    "a link is made while a radio seeks": (_Turn, "_is_sought", lambda turn, event: turn.reach.attempt == event.attempt),
}
HANDLERS: Final[dict[str, tuple[type, Callable[..., None]]]] = {
    "to close it lets go of nothing": (Close, _no_close),
    "a loss is not heard": (Lost, lambda _turn, _event: None),
    "a link that is gone is never sought again": (Gone, lambda _turn, _event: None),
}


@pytest.mark.parametrize("bug", [*PLANTS, *HANDLERS])
def test_B49_without_a_safeguard_it_is_seen(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if bug in PLANTS:
        monkeypatch.setattr(*PLANTS[bug])
    else:
        monkeypatch.setitem(reach._HANDLERS, *HANDLERS[bug])
    with pytest.raises(AssertionError):
        live(1_000)
