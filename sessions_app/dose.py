"""Dose arithmetic with units. Pure; every function refuses NaN, infinity and what cannot be.

Irradiance is power per area at the skin (mW/cm²), fluence energy per area (J/cm²). Energy in J is another
quantity. Source of the formulas: docs/evidence.md, "Words".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Final, Literal

Table = Sequence[tuple[float, float]]
"""(distance in cm, irradiance in mW/cm² at level 100 %), measured. Real tables are not even monotonic."""

Provenance = Literal["lab", "spectrometer", "meter", "claim", "unknown"]
"""How an irradiance is known."""


class DoseError(ValueError):
    """A number that no dose can be computed from."""


class OutsideTableError(DoseError):
    """The distance was not measured. A panel is no point source: inverse square is wrong, so nothing is guessed."""

    def __init__(self, distance_cm: float, nearest_cm: float, farthest_cm: float) -> None:
        super().__init__(f"{distance_cm:g} cm is outside {nearest_cm:g}-{farthest_cm:g} cm")
        self.distance_cm = distance_cm
        self.nearest_cm = nearest_cm
        self.farthest_cm = farthest_cm


def fluence_j_cm2(irradiance_mw_cm2: float, on_s: float, level_pct: float = 100) -> float:
    """J/cm² = mW/cm² × s × level ÷ 1000. DoseError where a value is negative, not finite, or the level over 100."""
    _require(irradiance_mw_cm2=irradiance_mw_cm2, on_s=on_s, level_pct=level_pct)
    if level_pct > 100:
        raise DoseError(f"level {level_pct:g} % is over 100 %")
    return irradiance_mw_cm2 * on_s * level_pct / 100_000


def on_s_for(fluence: float, irradiance_mw_cm2: float, level_pct: float = 100) -> float:
    """Seconds of light that bring this fluence (J/cm²). DoseError where there is no light."""
    per_second = fluence_j_cm2(irradiance_mw_cm2, 1, level_pct)
    _require(fluence=fluence)
    if per_second == 0:
        raise DoseError("no light brings no dose")
    return fluence / per_second


def energy_j(fluence: float, area_cm2: float) -> float:
    """J = J/cm² × cm². Another quantity than a dose: the area is known only where somebody measured what is lit.

    An upper bound, because the fluence is that at the middle. DoseError where a value is negative or not finite.
    """
    _require(fluence=fluence, area_cm2=area_cm2)
    return fluence * area_cm2


def w_m2_of(irradiance_mw_cm2: float) -> float:
    """1 mW/cm² = 10 W/m²."""
    return irradiance_mw_cm2 * 10


def check_table(table: Table) -> None:
    """DoseError unless distances are positive and rise, and every irradiance is positive and finite."""
    for distance_cm, irradiance_mw_cm2 in table:
        _require(distance_cm=distance_cm, irradiance_mw_cm2=irradiance_mw_cm2)
        if distance_cm == 0 or irradiance_mw_cm2 == 0:
            raise DoseError("a distance and its irradiance are above zero")
    if any(here[0] >= beyond[0] for here, beyond in pairwise(table)):
        raise DoseError("distances rise, each once")


def irradiance_at(table: Table, distance_cm: float) -> float:
    """mW/cm² at level 100 % at a distance, linear between the two measured neighbours.

    OutsideTableError outside the measured distances, DoseError for an empty or broken table.
    """
    check_table(table)
    _require(distance_cm=distance_cm)
    if not table:
        raise DoseError("no irradiance was measured")
    if not table[0][0] <= distance_cm <= table[-1][0]:
        raise OutsideTableError(distance_cm, table[0][0], table[-1][0])
    for (near_cm, near_mw), (far_cm, far_mw) in pairwise(table):
        if distance_cm <= far_cm:
            return near_mw + (far_mw - near_mw) * (distance_cm - near_cm) / (far_cm - near_cm)
    return table[0][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """How far an irradiance may be from the truth, as far as a source says so."""

    low_factor: float | None
    """The true value may be this fraction of the stated one; None where no source gives a figure."""
    sentence: str
    source: str


UNCERTAINTY: Final[dict[Provenance, Uncertainty]] = {
    "lab": Uncertainty(low_factor=None, sentence="Measured in a laboratory.", source="the report that came with the panel"),
    "spectrometer": Uncertainty(
        low_factor=None, sentence="Measured with a calibrated spectrometer.", source="the report that came with the panel"
    ),
    "meter": Uncertainty(
        low_factor=38 / 92,
        sentence="From a consumer meter: one read 92 mW/cm² where a calibrated one read 38 on a comparable panel.",
        source="NIRWeb's notes on evidence",
    ),
    "claim": Uncertainty(
        low_factor=0.5,
        sentence="As the seller states it: home panels are often advertised at about twice what a laboratory reads.",
        source="NIRWeb's notes on evidence",
    ),
    "unknown": Uncertainty(
        low_factor=None, sentence="Not known, so no dose is shown, only minutes.", source="NIRWeb's notes on evidence"
    ),
}
"""By provenance. All known errors make the true dose lower, so a stated value is an upper bound for the ceilings."""

WEAKEST_LAST: Final[tuple[Provenance, ...]] = ("lab", "spectrometer", "meter", "claim", "unknown")


def weakest(provenances: Sequence[Provenance]) -> Provenance:
    """The least trustworthy of several; `unknown` for none and for one that nobody knows."""
    if not provenances or any(one not in WEAKEST_LAST for one in provenances):
        return "unknown"
    return max(provenances, key=WEAKEST_LAST.index)


def _require(**values: float) -> None:
    for name, value in values.items():
        if isinstance(value, bool) or not isfinite(value) or value < 0:
            raise DoseError(f"{name} is {value}")
