"""What the machine of one panel's link remembers, and how long it waits. Pure values."""

from dataclasses import dataclass
from typing import Final, Literal

from ble_bridge.run_words import Facts

PAUSE_FIRST_MS: Final = 200
PAUSE_MOST_MS: Final = 10_000
PAUSE_URGENT_MS: Final = 1_000
"""At most, while a run or an off waits for the link."""
LOOK_EVERY_MS: Final = 500
SUSPECT_FOR_MS: Final = 4_000
"""A link that is suspect for so long is given up: a stuck request holds up all behind it for half a minute."""
MISMATCH_FOR_MS: Final = 2_000
"""A link to what is not the paired panel is held no longer than an off needs."""
UNLIKE: Final = "the device does not have what its profile says"
SILENT: Final = "the panel does not answer"
NO_BOND: Final = "the panel wants to be paired with a code, and is not"
NO_RADIO: Final = -1
NO_FACTS: Final = Facts(channels=(), safety="none", confirm="none", max_session_s=0, deadman_ms=0)
Phase = Literal[
    "resting", "seeking", "unbonding", "connecting", "reading", "comparing", "forgetting", "bonding", "opening", "up",
    "letting_go", "pausing", "closed",
]  # fmt: skip
LINKED: Final[frozenset[Phase]] = frozenset(
    {"unbonding", "connecting", "reading", "comparing", "forgetting", "bonding", "opening", "up"}
)
"""There is a link, or what leads to one is under way."""


@dataclass(frozen=True, slots=True)
class Reach:
    radios: int
    """How many there are."""
    address: str
    """The panel's as this system calls it."""
    phase: Phase = "resting"
    attempt: int = 0
    wanted: bool = False
    urgent: bool = False
    closing: bool = False
    stirred: bool = False
    """What is wanted changed since it is sought, or let go: no pause then."""
    pause_ms: int = PAUSE_FIRST_MS
    until_ms: int = 0
    """End of the pause; of a link that is up, where it has one by `mismatch`."""
    # while it is sought
    seeking: frozenset[int] = frozenset()
    serials_sought: int = 0
    stopped: bool = False
    radio: int = NO_RADIO
    """That heard it first."""
    # of the link
    told_linking: bool = False
    """And not `LinkDown` yet."""
    silent: bool = False
    """It did not answer when it was read: what is known of it is what was read earlier."""
    facts: Facts = NO_FACTS
    mismatch: str = ""
    """Why no more than an off is said to it."""
    fared_well: bool = False
    """Nothing of this attempt makes the next one wait longer."""
    suspect_ms: int | None = None
    look_ms: int = 0
    # over several links
    information: bytes | None = None
    """As last read: lets an off be written to a panel that does not answer."""
    looked_anew: bool = False
    unbonds: bool = False
    """Its bond goes before the next link [Z18]."""
    wake_ms: int | None = None
