"""What the machine of the operations on one link hears and asks for. Pure values; times are ms of one clock that never jumps."""

from dataclasses import dataclass

from ble_bridge.drivers.driver import AnswerKey, Exchange
from ble_bridge.run_words import Outcome


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Asked:
    """`no` is the asker's, new each time. `within_ms` bounds the whole exchange, also while it waits."""

    no: int
    exchange: Exchange
    within_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ReadAsked:
    no: int
    characteristic: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Its asker does not want it any more. What has not left is never sent."""

    no: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A request is over: `ok` says that the write was taken, or the value read."""

    request: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answered:
    key: AnswerKey
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class TimePassed:
    """It is as late as was asked for by `WakeAt`, or thereabouts."""


@dataclass(frozen=True, slots=True)
class Over:
    """The link is lost, or is being let go: nothing is sent over it any more."""


Event = Asked | ReadAsked | Withdrawn | Finished | Answered | TimePassed | Over


# ── Effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Send:
    """A write, or a read where `payload` is None; to be answered with `Finished`."""

    request: int
    characteristic: str
    payload: bytes | None
    with_response: bool = True


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nobody waits for this request any more. What has left cannot be called back."""

    request: int


@dataclass(frozen=True, slots=True)
class Ended:
    no: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Suspected:
    suspect: bool


@dataclass(frozen=True, slots=True)
class WakeAt:
    """The one alarm; None: none is needed."""

    at_ms: int | None


Effect = Send | GiveUp | Ended | Suspected | WakeAt
