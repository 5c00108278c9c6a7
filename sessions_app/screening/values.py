"""What the screening rules take and give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Outcome = Literal["free", "info", "caution", "clinician", "block"]
"""From harmless to forbidden; `clinician` blocks until an agreement with its date is recorded."""

Answer = bool | list[str]
"""Of a yes-no question a bool; of an options or sites question the ids that apply, empty for "none of these"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One complete set of answers."""

    version: int
    answers: Mapping[str, Answer]
    answered_at: datetime
    """By the phone's clock."""
    stored_at: datetime | None = None
    """By the server's clock; None on a phone that has not sent it yet. The earlier of the two starts the 90 days."""
    since: Mapping[str, datetime] = field(default_factory=dict)
    """Question id → since when it has been answered just so, where it was answered otherwise before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A clinician's agreement to one answer."""

    question_id: str
    agreed_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LightOn:
    """The light that is asked about."""

    sites: tuple[str, ...]
    wavelengths_nm: tuple[int, ...]
    pulse_hz: float | None = None
    """None: continuous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one answer means for the light that is asked about."""

    question_id: str
    outcome: Outcome
    """After agreements: an agreed `clinician` is a `caution` here."""
    sites: tuple[str, ...]
    wavelengths_nm: tuple[int, ...]
    sentence: str
    source: str
    asks: str
    lifts_at: datetime | None = None
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    outcome: Outcome | Literal["missing", "due", "incomplete"]
    """The worst of the findings; or why there is nothing to judge by, which is never free."""
    findings: tuple[Finding, ...]
    valid_until: datetime | None
    unanswered: tuple[str, ...] = ()

    @property
    def free(self) -> bool:
        """True when this screening does not stand in the way of a start."""
        return self.outcome in {"free", "info", "caution"}
