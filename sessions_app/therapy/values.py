"""What the therapy rules take and give. Times are aware UTC datetimes, durations seconds, fluence J/cm²."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from ble_bridge.contract import limits
from sessions_app.dose import Provenance
from sessions_app.reasons import Reason
from sessions_app.screening.values import Agreed, Answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One start that is asked for: the body of a check or of a start."""

    session_id: str
    """A resume of the same session is not held back by its own earlier run, but its dose counts."""
    sites: tuple[str, ...]
    distance_cm: float | None
    duration_s: float
    levels_pct: Mapping[int, float]
    """Wavelength in nm → level. A wavelength at 0 is cleared too, so that it may be raised in the run."""
    eyewear: bool
    pulse_hz: float | None = None
    """None: continuous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One wavelength of a panel, as its owner confirmed it."""

    wavelength_nm: int
    min_pct: float = 1
    max_pct: float = 100
    irradiance: tuple[tuple[float, float], ...] = ()
    """(distance in cm, mW/cm² at level 100 %), measured; empty where unknown."""
    provenance: Provenance = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Light that a session brought to its sites, or may still bring."""

    session_id: str
    sites: tuple[str, ...]
    ended_at: datetime
    """When its light ended; of an open session when its plan ends at the latest. Where the phone's and the server's clock
    disagree, the later one."""
    on_s: float
    """Seconds of light; of an open session those of its plan."""
    fluence_j_cm2: float | None
    """All wavelengths together, an upper bound; None where the irradiance is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """What was seen after a session. 0 is none, 3 is severe."""

    id: str
    sites: tuple[str, ...]
    """Empty: it cannot be told where, so it holds every site."""
    at: datetime
    stored_at: datetime | None = None
    swelling: int = 0
    headache: int = 0
    redness_lasting: bool = False
    blister: bool = False
    eye_trouble: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A hold lifted by the person, or by a clinician's agreement."""

    checkin_id: str
    site: str
    """A site id, or `all` for a hold on every site."""
    kind: Literal["self", "clinician"]
    agreed_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything about a person that a start depends on."""

    person_id: str
    zone: str
    """IANA; "today" in an answer is a day there."""
    screening: Answered | None
    agreements: tuple[Agreed, ...] = ()
    phototype: int | None = None
    """Of the skin, 1-6 (Fitzpatrick), where the person says it."""
    guardian: bool = False
    """An adult with an account of their own owns the household; asked only of people under 18."""
    history: tuple[Exposure, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    releases: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The ceilings in force. One that is missing or no positive number refuses every start."""

    session_s: float | None
    fluence_24h_j_cm2: float | None
    fluence_7d_j_cm2: float | None
    gap_s: float | None
    unknown_irradiance_s: float | None


POLICY: Final = Limits(
    session_s=limits.MAX_SESSION_S,
    fluence_24h_j_cm2=limits.MAX_FLUENCE_24H_J_CM2,
    fluence_7d_j_cm2=limits.MAX_FLUENCE_7D_J_CM2,
    gap_s=limits.MIN_GAP_S,
    unknown_irradiance_s=limits.MAX_UNKNOWN_IRRADIANCE_S,
)
"""The product's own cautious policy (docs/evidence.md, "Ceilings")."""

DARK_FROM: Final = 4
DARK_SHARE: Final = 2 / 3
"""320 of 480 J/cm², tolerated by skin of colour and by light skin in STARS 1 and 2; the phototypes it is taken for are policy."""


def limits_for(phototype: int | None, limits: Limits = POLICY) -> Limits:
    """The limits of a person's skin: never more than `limits`; none at all for a phototype that does not exist [D17]."""
    if phototype is None or 1 <= phototype < DARK_FROM:
        return limits
    if not DARK_FROM <= phototype <= 6:
        return Limits(session_s=None, fluence_24h_j_cm2=None, fluence_7d_j_cm2=None, gap_s=None, unknown_irradiance_s=None)
    return replace(
        limits,
        fluence_24h_j_cm2=_less(limits.fluence_24h_j_cm2),
        fluence_7d_j_cm2=_less(limits.fluence_7d_j_cm2),
        unknown_irradiance_s=_less(limits.unknown_irradiance_s),
    )


def _less(limit: float | None) -> float | None:
    return None if limit is None else limit * DARK_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceFields:
    """Field by field what `ble_bridge.contract.wire.Clearance` takes."""

    person_id: str
    sites: list[str]
    wavelengths_nm: list[int]
    max_level_pct: dict[int, int]
    max_duration_s: int
    max_fluence_j_cm2: float | None
    irradiance_mw_cm2: dict[int, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """May this start be made? `allowed` is true exactly when there is no reason against it."""

    allowed: bool
    reasons: tuple[Reason, ...]
    """Why not, the gravest first."""
    cautions: tuple[Reason, ...]
    """What to mind; none of it stands in the way."""
    estimate_j_cm2: dict[int, float] | None
    """Fluence of the plan by wavelength; None where the irradiance is unknown."""
    provenance: Provenance
    """The weakest of the channels that are lit."""
    clearance: ClearanceFields | None
    """None when not allowed."""
