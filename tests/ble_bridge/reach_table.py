"""One reach with a bookkeeping of what it has asked for, for the tests of its rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ble_bridge.reach import step
from ble_bridge.reach_model import NO_FACTS, Reach
from ble_bridge.reach_words import Compared, Connected, Effect, Event, Gone, Heard, LetGo, Opened, Tell, Unheard, Wanted, WasRead
from ble_bridge.run_words import Facts, LinkDown, Linking, LinkSuspect, LinkUp
from ble_bridge.talk_words import TimePassed, WakeAt

T = TypeVar("T")
FACTS = Facts(channels=(), safety="deadman", confirm="token", max_session_s=1_200, deadman_ms=3_000)
BONDING = Facts(channels=(), safety="deadman", confirm="token", max_session_s=1_200, deadman_ms=3_000, bonds=True)
PLACE = "F0:F1:F2:F3:F4:F5"


@dataclass
class Table:
    radios: int = 1
    reach: Reach = field(init=False)
    now_ms: int = 1_000
    effects: list[Effect] = field(default_factory=list)
    wake_ms: int | None = None
    watch: Callable[[list[Effect]], None] = lambda _effects: None
    """Sees the effects of each step."""

    def __post_init__(self) -> None:
        self.reach = Reach(self.radios, PLACE)

    @property
    def attempt(self) -> int:
        return self.reach.attempt

    def hear(self, *events: Event) -> list[Effect]:
        asked: list[Effect] = []
        for event in events:
            self.reach, effects = step(self.reach, event, self.now_ms)
            for effect in effects:
                if isinstance(effect, WakeAt):
                    self.wake_ms = effect.at_ms
            self.effects += effects
            self.watch(effects)
            asked += [one for one in effects if not isinstance(one, WakeAt)]
        return asked

    def after(self, ms: int) -> list[Effect]:
        """Rings when it was asked to, however often that is."""
        end_ms, asked, rings = self.now_ms + ms, list[Effect](), 0
        while self.wake_ms is not None and self.wake_ms <= end_ms:
            self.now_ms, self.wake_ms = max(self.now_ms, self.wake_ms), None
            asked += self.hear(TimePassed())
            rings += 1
            assert rings < 300, "it does not come to rest"
        self.now_ms = end_ms
        return asked

    # ── Ways that are gone often ─────────────────────────────────────────────────────────────────────────────────────
    def sought(self, *, urgent: bool = False) -> "Table":
        self.hear(Wanted(True, urgent))
        return self

    def connected(self, *, fits: bool = True) -> list[Effect]:
        self.hear(Heard(self.attempt, 0, PLACE))
        return self.hear(Connected(self.attempt, fits))

    def compared(self, facts: Facts = FACTS, mismatch: str = "", *, speaks: bool = True) -> list[Effect]:
        self.connected()
        self.hear(WasRead(self.attempt, b"i"))
        return self.hear(Compared(self.attempt, facts if speaks else NO_FACTS, mismatch, speaks))

    def up(self) -> list[Effect]:
        self.compared()
        return self.hear(Opened(self.attempt))

    def not_heard(self) -> list[Effect]:
        """By none of the radios, neither by address nor by serial number."""
        asked, attempt = list[Effect](), self.attempt
        while (self.reach.phase, self.attempt) == ("seeking", attempt):
            asked += self.hear(*(Unheard(self.attempt, radio) for radio in sorted(self.reach.seeking)))
        return asked

    def gone(self) -> list[Effect]:
        return self.hear(Gone(self.attempt))

    # ── What came of it ──────────────────────────────────────────────────────────────────────────────────────────────
    def all(self, kind: type[T]) -> list[T]:
        return [one for one in self.effects if isinstance(one, kind)]

    def told(self) -> list[Linking | LinkUp | LinkDown | LinkSuspect]:
        return [one.event for one in self.all(Tell)]

    def lets_go(self) -> bool:
        return self.reach.phase == "letting_go" and self.all(LetGo)[-1].attempt == self.attempt
