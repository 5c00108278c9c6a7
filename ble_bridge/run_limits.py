"""What a start or a level change may ask for. Pure; a missing, NaN or contradictory limit refuses [B20].

The clearance, the bridge's own limits and the panel's ranges all apply; the lowest wins, and what lies over it is refused, never
clamped.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import NamedTuple

from ble_bridge.contract import limits
from ble_bridge.contract.wire import Clearance, StartArgs
from ble_bridge.run_words import Facts, Levels


class Refusal(NamedTuple):
    code: str
    detail: str


def refuse_clearance(clearance: Clearance | None, levels_pct: Levels) -> Refusal | None:
    """None if the clearance says everything that these levels need."""
    if clearance is None:
        return Refusal("no_clearance", "the start came without a clearance")
    used = sorted(nm for nm, pct in levels_pct.items() if pct)
    fault = _missing_limit(clearance, used) or _contradiction(clearance)
    return Refusal("no_clearance", fault) if fault else None


def _missing_limit(clearance: Clearance, used_nm: Iterable[int]) -> str:
    duration_s = clearance.max_duration_s
    if not isfinite(duration_s) or duration_s <= 0:
        return "the clearance has no time"
    for nm in set(used_nm) & set(clearance.wavelengths_nm):
        if clearance.max_level_pct.get(nm) is None:
            return f"the clearance has no level for {nm} nm"
        if clearance.irradiance_mw_cm2 is not None and not _positive(clearance.irradiance_mw_cm2.get(nm)):
            return f"the clearance has no irradiance for {nm} nm"
    return ""


def _positive(value: float | None) -> bool:
    return value is not None and isfinite(value) and value > 0


def _contradiction(clearance: Clearance) -> str:
    fluence, irradiance = clearance.max_fluence_j_cm2, clearance.irradiance_mw_cm2
    if (fluence is None) != (irradiance is None):
        return "the clearance has a fluence or an irradiance, but not both"
    if fluence is not None and not (isfinite(fluence) and fluence >= 0):
        return "the clearance's fluence is not a number"
    if set(clearance.max_level_pct) - set(clearance.wavelengths_nm):
        return "the clearance has a level for a wavelength that it does not clear"
    return ""


def refuse_start(args: StartArgs, clearance: Clearance | None, facts: Facts | None) -> Refusal | None:
    """None if the start may go ahead; `facts` are None while the panel is not connected, and must be asked again then."""
    bad_clearance = refuse_clearance(clearance, args.levels_pct)
    if bad_clearance or clearance is None:
        return bad_clearance
    if not any(args.levels_pct.values()):
        return Refusal("over_limit", "the start has no light in it")
    return (
        _over_time(args, clearance, facts)
        or refuse_levels(args.levels_pct, clearance, facts)
        or _over_fluence(clearance, planned_fluence_j_cm2(clearance, args.levels_pct, args.duration_s))
        or _unusable(facts)
    )


def refuse_levels(levels_pct: Levels, clearance: Clearance, facts: Facts | None) -> Refusal | None:
    """None if each level is cleared and within the panel's range."""
    ranges = None if facts is None else {c.wavelength_nm: c for c in facts.channels}
    for nm, pct in levels_pct.items():
        if not 0 <= pct <= 100:
            return Refusal("over_limit", f"{pct} % is not a level")
        if pct and (nm not in clearance.wavelengths_nm or pct > clearance.max_level_pct.get(nm, 0)):
            return Refusal("over_limit", f"{nm} nm at {pct} % is over the clearance")
        if ranges is not None and nm not in ranges:
            return Refusal("over_limit", f"the panel has no {nm} nm")
        if ranges is not None and pct and not ranges[nm].min_pct <= pct <= ranges[nm].max_pct:
            return Refusal("over_limit", f"{nm} nm at {pct} % is outside the panel's range")
    return None


def refuse_change(levels_pct: Levels, clearance: Clearance, facts: Facts, given_j_cm2: float, left_s: float) -> Refusal | None:
    """None if a running run may go on with these levels to its planned end [B24]."""
    if not any(levels_pct.values()):
        return Refusal("over_limit", "that would be no light at all: stop instead")
    return (
        refuse_clearance(clearance, levels_pct)
        or refuse_levels(levels_pct, clearance, facts)
        or _over_fluence(clearance, given_j_cm2 + planned_fluence_j_cm2(clearance, levels_pct, left_s))
    )


def _over_time(args: StartArgs, clearance: Clearance, facts: Facts | None) -> Refusal | None:
    own_s = limits.MAX_SESSION_S if clearance.irradiance_mw_cm2 is not None else limits.MAX_UNKNOWN_IRRADIANCE_S
    if args.duration_s > min(own_s, clearance.max_duration_s):
        return Refusal("over_limit", f"{args.duration_s} s is over the clearance of {min(own_s, clearance.max_duration_s)} s")
    if facts is not None and args.duration_s > facts.max_session_s:
        return Refusal("over_limit", f"the panel's timer ends at {facts.max_session_s} s")
    return None


def _over_fluence(clearance: Clearance, planned_j_cm2: float) -> Refusal | None:
    allowed = max_fluence_j_cm2(clearance)
    if allowed is None or planned_j_cm2 <= allowed + 1e-6:
        return None
    return Refusal("over_limit", f"{planned_j_cm2:.2f} J/cm² is over the clearance of {allowed:.2f} J/cm²")


def _unusable(facts: Facts | None) -> Refusal | None:
    if facts is not None and facts.safety == "deadman" and facts.deadman_ms <= 0:
        return Refusal("not_supported", "the panel cannot end its light soon enough by itself when the bridge is lost")
    return None


def max_fluence_j_cm2(clearance: Clearance) -> float | None:
    """The lower of the clearance's and the bridge's own limit, J/cm²; None where the irradiance is unknown."""
    if clearance.max_fluence_j_cm2 is None:
        return None
    return min(clearance.max_fluence_j_cm2, limits.MAX_FLUENCE_24H_J_CM2)


def planned_fluence_j_cm2(clearance: Clearance, levels_pct: Levels, duration_s: float) -> float:
    """Of these levels held for that long, all wavelengths together, J/cm²; 0 where the irradiance is unknown."""
    return fluence_j_cm2(clearance, {nm: duration_s * pct / 100 for nm, pct in levels_pct.items()})


def fluence_j_cm2(clearance: Clearance, full_level_s: Mapping[int, float]) -> float:
    """Of seconds at full level by wavelength, J/cm². Without an irradiance for a wavelength nothing can be said: 0."""
    irradiance = clearance.irradiance_mw_cm2 or {}
    return sum(irradiance.get(nm, 0.0) * seconds / 1000 for nm, seconds in full_level_s.items())
