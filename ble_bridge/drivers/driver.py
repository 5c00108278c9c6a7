"""What a driver is: it turns orders into bytes and bytes into reports, and touches nothing else. Pure.

`conversation.py` carries the bytes; the runner never sees them.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from ble_bridge.run_words import Facts, Levels, Outcome, Report

AnswerKey = tuple[int, ...]
"""Tells answers apart; what it is made of is the driver's affair."""
Rank = Literal["plain", "raise", "stop", "beside"]
"""Of an exchange [B22]. `raise`: it may raise light, and an off drops it. `stop`: an off; it goes first, and each of its writes
is tried, also when an earlier one was refused. `beside`: it waits for nothing, whatever is under way."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One write, or several in a row, and the answer that the last has to have."""

    characteristic: str
    payload: bytes
    with_response: bool = True
    answer: AnswerKey | None = None
    """None: the write itself is all there is to wait for."""
    more: tuple[bytes, ...] = ()
    """Written after `payload`, in this order."""
    gap_ms: int = 0
    """At least so long after each write before the next one to this panel."""
    rank: Rank = "plain"


@dataclass(frozen=True, slots=True)
class Answer:
    key: AnswerKey
    outcome: Outcome


class UnfitPanelError(ValueError):
    """What a device says of itself does not fit its profile. The text is for a log."""


class Driver(Protocol):
    """Speaks to one panel over one link. Encoders raise ValueError for what the panel's wire cannot say."""

    @property
    def facts(self) -> Facts: ...

    @property
    def serial(self) -> str: ...

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Characteristics whose notifications or indications `hear` wants, in the order of switching on."""

    @property
    def status(self) -> str | None:
        """Characteristic that is read for a report; None where there is none."""

    def start(self, token: int, duration_s: int, deadman_ms: int, levels_pct: Levels) -> Exchange: ...

    def stop(self) -> Exchange: ...

    def emergency_stop(self) -> Exchange | None: ...

    def keep_alive(self, token: int) -> Exchange: ...

    def set_levels(self, token: int, levels_pct: Levels) -> Exchange: ...

    def query(self) -> Exchange | None:
        """Asks for a report where there is nothing to read; None where the panel cannot be asked."""

    def identify(self) -> Exchange | None:
        """None where the panel cannot blink harmlessly."""

    def hear(self, characteristic: str, payload: bytes) -> Report | Answer | None:
        """None for bytes that are malformed or old: they are never believed in part."""
