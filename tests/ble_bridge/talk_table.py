"""One talk with a bookkeeping of what it has asked for, for the tests of its rules."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ble_bridge.contract import limits
from ble_bridge.drivers.driver import AnswerKey, Exchange, Rank
from ble_bridge.run_words import Outcome
from ble_bridge.talk import Talk, step
from ble_bridge.talk_words import (
    Asked,
    Effect,
    Ended,
    Event,
    Finished,
    GiveUp,
    Send,
    Suspected,
    TimePassed,
    WakeAt,
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
