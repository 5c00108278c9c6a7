"""The ledger of delivered light: from reported seconds to fluence by wavelength. Pure.

Dose comes from what the panel reported, not from what was commanded: on-time × level × irradiance at the confirmed distance.
A stretch that nobody reported counts in full and makes the whole an upper bound. A session that lights several sites
brings its fluence to each of them in full.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sessions_app.dose import UNCERTAINTY, DoseError, Provenance, energy_j, fluence_j_cm2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Seconds of light of a run or a session."""

    on_s: float = 0.0
    full_level_s: Mapping[int, float] = field(default_factory=dict)
    """Wavelength in nm → Σ on-time × level/100, seconds."""
    confirmed: bool = True
    """False: part of it was not reported by the panel; the whole is an upper bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One wavelength's light."""

    on_s: float
    full_level_s: float
    fluence_j_cm2: float | None
    """None where the irradiance is unknown."""
    fluence_low_j_cm2: float | None
    """How low it may be in truth, where a source says so for this provenance."""


def reported(on_time_s: float, full_level_s: Mapping[int, float], *, confirmed: bool) -> Seconds:
    """One report of light since the one before. DoseError for numbers that cannot be: then nothing of it counts as reported."""
    for seconds in full_level_s.values():
        # a little over: levels and seconds were rounded on the way
        if fluence_j_cm2(1, seconds) > fluence_j_cm2(1, on_time_s) + 1e-6:
            raise DoseError(f"{seconds} s at full level in {on_time_s} s of light")
    return Seconds(on_s=on_time_s, full_level_s=dict(full_level_s), confirmed=confirmed)


def unreported(on_s: float, highest_pct: Mapping[int, float]) -> Seconds:
    """A stretch that nobody reported: all of it lit, at the highest level asked for."""
    return Seconds(on_s=on_s, full_level_s={nm: on_s * pct / 100 for nm, pct in highest_pct.items()}, confirmed=False)


def together(parts: Iterable[Seconds]) -> Seconds:
    """The sum; confirmed only when every part is."""
    on_s, confirmed = 0.0, True
    full_level_s: dict[int, float] = {}
    for part in parts:
        on_s += part.on_s
        confirmed = confirmed and part.confirmed
        for wavelength_nm, seconds in part.full_level_s.items():
            full_level_s[wavelength_nm] = full_level_s.get(wavelength_nm, 0.0) + seconds
    return Seconds(on_s=on_s, full_level_s=full_level_s, confirmed=confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """One wavelength's energy on one site, J."""

    at_most_j: float
    """Lit area × fluence: an upper bound, because the fluence is that at the middle."""
    low_j: float | None
    """How low it may be by the irradiance's provenance, where a source says so; the area itself is believed as measured."""


def energy(
    light: Mapping[int, Delivered], sites: Iterable[str], areas_cm2: Mapping[str, float]
) -> dict[str, dict[int, Energy] | None]:
    """By site and wavelength; None for a site whose lit area nobody measured: nothing is made of that [D6]."""
    return {site: _energy_on(light, areas_cm2[site]) if site in areas_cm2 else None for site in sites}


def _energy_on(light: Mapping[int, Delivered], area_cm2: float) -> dict[int, Energy]:
    found = {}
    for wavelength_nm, one in light.items():
        if one.fluence_j_cm2 is None:
            continue
        low = None if one.fluence_low_j_cm2 is None else energy_j(one.fluence_low_j_cm2, area_cm2)
        found[wavelength_nm] = Energy(at_most_j=energy_j(one.fluence_j_cm2, area_cm2), low_j=low)
    return found


def by_wavelength(light: Seconds, irradiance_mw_cm2: Mapping[int, float] | None, provenance: Provenance) -> dict[int, Delivered]:
    """What each wavelength brought. `irradiance_mw_cm2` is at level 100 % and the confirmed distance."""
    factor = UNCERTAINTY[provenance].low_factor
    found = {}
    for wavelength_nm, seconds in light.full_level_s.items():
        irradiance = (irradiance_mw_cm2 or {}).get(wavelength_nm)
        fluence = None if irradiance is None else fluence_j_cm2(irradiance, seconds)
        low = None if fluence is None or factor is None else fluence * factor
        on_s = light.on_s if seconds > 0 else 0.0
        found[wavelength_nm] = Delivered(on_s=on_s, full_level_s=seconds, fluence_j_cm2=fluence, fluence_low_j_cm2=low)
    return found


def total_j_cm2(light: Seconds, irradiance_mw_cm2: Mapping[int, float] | None) -> float | None:
    """Fluence of all wavelengths together; None where the irradiance of any that was lit is unknown."""
    if irradiance_mw_cm2 is None:
        return None
    total = 0.0
    for wavelength_nm, seconds in light.full_level_s.items():
        if seconds == 0:
            continue
        if wavelength_nm not in irradiance_mw_cm2:
            return None
        total += fluence_j_cm2(irradiance_mw_cm2[wavelength_nm], seconds)
    return total
