"""May this session start? One pure answer, asked by every check and again by the start itself.

Everything that stands in the way is said at once, the gravest first; the most restrictive wins, and what is missing or no
number refuses. The order: the plan itself, health questions, holds, ceilings, eyes, eyewear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, isfinite

from sessions_app.dose import UNCERTAINTY, DoseError, OutsideTableError, Provenance, fluence_j_cm2, irradiance_at, weakest
from sessions_app.reasons import Reason
from sessions_app.screening import rules as screening
from sessions_app.screening.sites import SITES, unknown
from sessions_app.screening.values import Finding, LightOn, Verdict
from sessions_app.therapy import ceilings, eyes, holds
from sessions_app.therapy.values import POLICY, Channel, ClearanceFields, Decision, Limits, Person, Wish, limits_for
from sessions_app.therapy.wording import at_least, at_most, figure, say


@dataclass(frozen=True, slots=True, kw_only=True)
class _Light:
    """The plan's light at the skin. `irradiance` is at level 100 %, by wavelength; None where any lit one is unknown."""

    irradiance: dict[int, float] | None
    estimate_j_cm2: dict[int, float] | None
    provenance: Provenance
    faults: tuple[Reason, ...]

    @property
    def total_j_cm2(self) -> float | None:
        return None if self.estimate_j_cm2 is None else sum(self.estimate_j_cm2.values())


def decide(wish: Wish, channels: Sequence[Channel], person: Person, now: datetime, limits: Limits = POLICY) -> Decision:
    """The decision on one start or resume, with every reason against it, or the clearance that the bridge enforces."""
    limits = limits_for(person.phototype, limits)
    light = _light(wish, channels)
    plan_faults = _plan_faults(wish, channels) + light.faults
    asked_about = LightOn(sites=wish.sites, wavelengths_nm=tuple(sorted(wish.levels_pct)), pulse_hz=wish.pulse_hz)
    verdict = screening.judge(person.screening, person.agreements, asked_about, now, person.zone)
    reasons = (
        plan_faults
        + _screening_reasons(verdict, person)
        + holds.forbid(wish.sites, holds.in_force(person.checkins, person.releases, now), person.zone)
        + (() if plan_faults else _limit_reasons(wish, light, person, now, limits))
        + (() if wish.eyewear else (say("eyewear"),))
    )
    return Decision(
        allowed=not reasons,
        reasons=reasons,
        cautions=_cautions(verdict, wish, light, limits),
        estimate_j_cm2=light.estimate_j_cm2,
        provenance=light.provenance,
        clearance=None if reasons else _clearance(wish, channels, light, person, now, limits),
    )


def _plan_faults(wish: Wish, channels: Sequence[Channel]) -> tuple[Reason, ...]:
    found = [] if wish.sites else [say("site_missing")]
    found += [say("site_unknown", about=site, place=site) for site in unknown(wish.sites)]
    if not isfinite(wish.duration_s) or wish.duration_s < 1:
        found.append(say("duration_invalid"))
    if wish.distance_cm is not None and not (isfinite(wish.distance_cm) and wish.distance_cm > 0):
        found.append(say("limit_missing"))
    if wish.pulse_hz is not None and not (isfinite(wish.pulse_hz) and wish.pulse_hz > 0):
        found.append(say("limit_missing"))
    if all(level_pct == 0 for level_pct in wish.levels_pct.values()):
        found.append(say("no_light"))
    by_nm = {channel.wavelength_nm: channel for channel in channels}
    for wavelength_nm, level_pct in sorted(wish.levels_pct.items()):
        found += _level_faults(wavelength_nm, level_pct, by_nm.get(wavelength_nm))
    return tuple(found)


def _level_faults(wavelength_nm: int, level_pct: float, channel: Channel | None) -> list[Reason]:
    about = str(wavelength_nm)
    if channel is None:
        return [say("wavelength_not_on_panel", about=about, wavelength=about)]
    if 0 <= channel.min_pct <= channel.max_pct <= 100 and (level_pct == 0 or channel.min_pct <= level_pct <= channel.max_pct):
        return []
    # NaN comes here too: no comparison with it is true
    return [say("level_out_of_range", about=about, wavelength=about, low=figure(channel.min_pct), high=figure(channel.max_pct))]


def _light(wish: Wish, channels: Sequence[Channel]) -> _Light:
    lit = [channel for channel in channels if wish.levels_pct.get(channel.wavelength_nm, 0) != 0]
    provenance = _provenance(lit)
    if provenance == "unknown":
        return _Light(irradiance=None, estimate_j_cm2=None, provenance="unknown", faults=())
    faults: list[Reason] = []
    irradiance: dict[int, float] = {}
    for channel in sorted(channels, key=lambda one: one.wavelength_nm):
        if channel.wavelength_nm in wish.levels_pct and _known(channel):
            found = _irradiance(channel, wish.distance_cm)
            if not isinstance(found, Reason):
                irradiance[channel.wavelength_nm] = found
            elif channel in lit:
                faults.append(found)
    if faults:
        return _Light(irradiance=None, estimate_j_cm2=None, provenance=provenance, faults=tuple(dict.fromkeys(faults)))
    try:
        estimate = {nm: fluence_j_cm2(irradiance[nm], wish.duration_s, wish.levels_pct[nm]) for nm in sorted(irradiance)}
    except DoseError:
        return _Light(irradiance=None, estimate_j_cm2=None, provenance=provenance, faults=(say("limit_missing"),))
    return _Light(irradiance=irradiance, estimate_j_cm2=estimate, provenance=provenance, faults=())


def _known(channel: Channel) -> bool:
    return bool(channel.irradiance) and channel.provenance != "unknown"


def _provenance(lit: Sequence[Channel]) -> Provenance:
    return weakest([channel.provenance if _known(channel) else "unknown" for channel in lit])


def _irradiance(channel: Channel, distance_cm: float | None) -> float | Reason:
    if distance_cm is None:
        return say("distance_missing")
    try:
        return irradiance_at(channel.irradiance, distance_cm)
    except OutsideTableError as outside:
        nm = str(channel.wavelength_nm)
        low, high = figure(outside.nearest_cm), figure(outside.farthest_cm)
        return say("distance_outside_table", about=nm, wavelength=nm, distance=figure(distance_cm), low=low, high=high)
    except DoseError:
        return say("limit_missing")


def _screening_reasons(verdict: Verdict, person: Person) -> tuple[Reason, ...]:
    nothing_to_judge_by = {"missing": "screening_missing", "due": "screening_due", "incomplete": "screening_incomplete"}
    found = [say(nothing_to_judge_by[verdict.outcome])] if verdict.outcome in nothing_to_judge_by else []
    if screening.needs_guardian(person.screening) and not person.guardian:
        found.append(say("guardian_missing"))
    for outcome in ("block", "clinician"):
        found += [_of(finding, f"screening_{outcome}") for finding in verdict.findings if finding.outcome == outcome]
    return tuple(found)


def _of(finding: Finding, code: str) -> Reason:
    words = {"sentence": finding.sentence, "source": finding.source, "asks": finding.asks}
    return say(code, about=finding.question_id, lifts_at=finding.lifts_at, **words)


def _limit_reasons(wish: Wish, light: _Light, person: Person, now: datetime, limits: Limits) -> tuple[Reason, ...]:
    asked = ceilings.Asked(
        session_id=wish.session_id, sites=wish.sites, duration_s=wish.duration_s, fluence_j_cm2=light.total_j_cm2
    )
    return ceilings.forbid(asked, person.history, now, limits) + _eye_reasons(wish, light, person)


def _eye_reasons(wish: Wish, light: _Light, person: Person) -> tuple[Reason, ...]:
    if light.irradiance is None or not _reaches_eyes(wish):
        return ()
    exposure_s = wish.duration_s + _lit_before_s(wish, person)
    try:
        had, limit = eyes.infrared_w_m2(light.irradiance, wish.levels_pct), eyes.limit_w_m2(exposure_s)
    except DoseError:
        return (say("limit_missing"),)
    if had <= limit:
        return ()
    minutes, room = figure(exposure_s / 60), at_most(100 * limit / had)
    return (say("eye_infrared", had=at_least(had), limit=at_most(limit), minutes=minutes, room=room),)


def _reaches_eyes(wish: Wish) -> bool:
    return any(SITES[site].eyes for site in wish.sites if site in SITES)


def _lit_before_s(wish: Wish, person: Person) -> float:
    return sum(one.on_s for one in person.history if one.session_id == wish.session_id)


def _cautions(verdict: Verdict, wish: Wish, light: _Light, limits: Limits) -> tuple[Reason, ...]:
    found = [_of(finding, "caution_answer") for finding in verdict.findings if finding.outcome in {"caution", "info"}]
    if light.provenance != "unknown":
        uncertainty = UNCERTAINTY[light.provenance]
        if uncertainty.low_factor is not None:
            found.append(say("caution_provenance", sentence=uncertainty.sentence, source=uncertainty.source))
        return tuple(found)
    found.append(say("caution_unknown_irradiance", limit=figure((limits.unknown_irradiance_s or 0) / 60)))
    if _reaches_eyes(wish) and any(eyes.infrared(nm) and level_pct > 0 for nm, level_pct in wish.levels_pct.items()):
        found.append(say("caution_eye_unknown"))
    return tuple(found)


def _clearance(
    wish: Wish, channels: Sequence[Channel], light: _Light, person: Person, now: datetime, limits: Limits
) -> ClearanceFields:
    room = None if light.irradiance is None else ceilings.room_j_cm2(wish.sites, person.history, now, limits)
    return ClearanceFields(
        person_id=person.person_id,
        sites=list(wish.sites),
        wavelengths_nm=sorted(wish.levels_pct),
        max_level_pct=_highest_levels(wish, channels, light, person),
        max_duration_s=floor(wish.duration_s),
        max_fluence_j_cm2=room,
        irradiance_mw_cm2=light.irradiance,
    )


def _highest_levels(wish: Wish, channels: Sequence[Channel], light: _Light, person: Person) -> dict[int, int]:
    """How far each level may be raised in the run: to what the panel has, but not where that would be too much for the eyes,
    nor for a wavelength whose irradiance is unknown while a dose is counted."""
    highest = {channel.wavelength_nm: channel.max_pct for channel in channels if channel.wavelength_nm in wish.levels_pct}
    if light.irradiance is not None:
        highest = {nm: most if nm in light.irradiance else 0.0 for nm, most in highest.items()}
        if _too_bright_for_eyes(wish, light.irradiance, highest, person):
            highest = {nm: wish.levels_pct[nm] if eyes.infrared(nm) else most for nm, most in highest.items()}
    return {nm: floor(most) for nm, most in sorted(highest.items())}


def _too_bright_for_eyes(wish: Wish, irradiance: Mapping[int, float], levels_pct: Mapping[int, float], person: Person) -> bool:
    exposure_s = wish.duration_s + _lit_before_s(wish, person)
    return _reaches_eyes(wish) and eyes.infrared_w_m2(irradiance, levels_pct) > eyes.limit_w_m2(exposure_s)
