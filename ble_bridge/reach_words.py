"""What the machine of one panel's link hears and asks for. Pure values; times are ms of one clock that never jumps.

An attempt is one search and the link that came of it, numbered from 1; the number is the link's as well. Radios are told apart by
their place in the list of radios.
"""

from dataclasses import dataclass

from ble_bridge.run_words import Facts, LinkDown, Linking, LinkSuspect, LinkUp
from ble_bridge.talk_words import TimePassed, WakeAt


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether the link is needed now, and whether a light depends on it."""

    wanted: bool
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class PairAnew:
    """The bond that the system has with the panel is of no use: it goes before the next link [Z18]."""


@dataclass(frozen=True, slots=True)
class Heard:
    attempt: int
    radio: int
    address: str


@dataclass(frozen=True, slots=True)
class Unheard:
    """The radio does not hear it, cannot be used, or was told to seek no more."""

    attempt: int
    radio: int


@dataclass(frozen=True, slots=True)
class Unbonded:
    attempt: int


@dataclass(frozen=True, slots=True)
class Connected:
    attempt: int
    fits: bool
    """Its table has what the panel's profile says."""


@dataclass(frozen=True, slots=True)
class WasRead:
    attempt: int
    information: bytes


@dataclass(frozen=True, slots=True)
class Compared:
    """What the device says of itself against what was paired [B30]."""

    attempt: int
    facts: Facts
    mismatch: str
    """What does not match, in words; empty when all does."""
    speaks: bool
    """It is of its profile: an off can be said to it."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    attempt: int
    done: bool
    """False: nothing was kept of it."""


@dataclass(frozen=True, slots=True)
class Bonded:
    attempt: int
    problem: str
    """Empty when there is a bond."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the panel says by itself is heard."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked for last came to nothing."""

    attempt: int
    missed: bool = False
    """The panel did not answer; else it refused, or the link is lost."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    attempt: int
    suspect: bool


@dataclass(frozen=True, slots=True)
class Lost:
    attempt: int


@dataclass(frozen=True, slots=True)
class Gone:
    """What was to be let go is."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Close:
    """The panel is not led any more, or the bridge ends. Nothing is sought after it."""


Event = (
    Wanted | PairAnew | Heard | Unheard | Unbonded | Connected | WasRead | Compared | Forgotten | Bonded | Opened | Failed
    | Suspicion | Lost | Gone | TimePassed | Close
)  # fmt: skip


# ── Effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Tell:
    """The session machine is told. From `LinkDown` on nothing is sent over the link."""

    event: Linking | LinkUp | LinkDown | LinkSuspect


@dataclass(frozen=True, slots=True)
class Seek:
    """To be answered with `Heard` or `Unheard`, soon after `StopSeeking` too."""

    attempt: int
    radio: int
    address: str


@dataclass(frozen=True, slots=True)
class SeekBySerial:
    """As `Seek`, among those in the air that may be it under another address [B30]."""

    attempt: int
    radio: int


@dataclass(frozen=True, slots=True)
class StopSeeking:
    attempt: int


@dataclass(frozen=True, slots=True)
class Unbond:
    """The system's bond with it goes; `Unbonded`, or `Failed`."""

    attempt: int
    radio: int


@dataclass(frozen=True, slots=True)
class Connect:
    """As all below but `Look`: to be answered, or with `Failed`, each within a deadline of the radio's own [Z7]."""

    attempt: int
    radio: int


@dataclass(frozen=True, slots=True)
class Read:
    """What the panel says of itself; `WasRead`."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Compare:
    attempt: int
    information: bytes


@dataclass(frozen=True, slots=True)
class Forget:
    """The system throws away what it kept of the device's table [Z6]."""

    attempt: int
    radio: int


@dataclass(frozen=True, slots=True)
class Bond:
    attempt: int
    radio: int


@dataclass(frozen=True, slots=True)
class Open:
    """Switch on what the panel says by itself."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Look:
    """Whether the link is still there; `Lost` if not. Systems do not always say."""

    attempt: int


@dataclass(frozen=True, slots=True)
class LetGo:
    """End what is under way for this attempt and its link, if there is one; `Gone`."""

    attempt: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """All is let go; nothing is asked for any more."""


Effect = (
    Tell | Seek | SeekBySerial | StopSeeking | Unbond | Connect | Read | Compare | Forget | Bond | Open | Look | LetGo | WakeAt
    | Closed
)  # fmt: skip
