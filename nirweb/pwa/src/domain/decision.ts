/**
 * May this session start? The same answer as `sessions_app/therapy/decision.py`, told beforehand and offline. It lights nothing:
 * the server decides, and the bridge checks again.
 */

import { forbid as forbidByCeilings, roomJCm2 } from "./ceilings";
import { DoseError, OutsideTable, UNCERTAINTY, fluenceJCm2, irradianceAt, weakest, type Provenance } from "./dose";
import { infrared, infraredWM2, limitWM2 } from "./eyes";
import { forbid as forbidByHolds, inForce } from "./holds";
import { POLICY, limitsFor, type Limits } from "./limits";
import { planFaults } from "./plan";
import { judge, needsGuardian, type Finding, type Verdict } from "./screening";
import { SITES } from "./sites";
import type { ByNm, Channel, Clearance, Decision, Moment, Person, Reason, Wish } from "./values";
import { atLeast, atMost, figure, say } from "./wording";

/** The plan's light at the skin; irradiance at level 100 %, null where any lit one is unknown. */
interface Light {
  irradiance: ByNm | null;
  estimate: ByNm | null;
  provenance: Provenance;
  faults: readonly Reason[];
}

export function decide(wish: Wish, channels: readonly Channel[], person: Person, now: Moment, policy: Limits = POLICY): Decision {
  const limits = limitsFor(person.phototype, policy);
  const light = lightOf(wish, channels);
  const faults = [...planFaults(wish, channels), ...light.faults];
  const wavelengths_nm = Object.keys(wish.levels_pct).map(Number);
  const askedAbout = { sites: wish.sites, wavelengths_nm, pulse_hz: wish.pulse_hz };
  const verdict = judge(person.screening, person.agreements, askedAbout, now, person.zone);
  const reasons = [
    ...faults,
    ...screeningReasons(verdict, person),
    ...forbidByHolds(wish.sites, inForce(person.checkins, person.releases, now), person.zone),
    ...(faults.length > 0 ? [] : limitReasons(wish, light, person, now, limits)),
    ...(wish.eyewear ? [] : [say("eyewear")]),
  ];
  const allowed = reasons.length === 0;
  return {
    allowed,
    reasons,
    cautions: cautionsOf(verdict, wish, light, limits),
    estimate_j_cm2: light.estimate,
    provenance: light.provenance,
    clearance: allowed ? clearanceOf(wish, channels, light, person, now, limits) : null,
  };
}

function lightOf(wish: Wish, channels: readonly Channel[]): Light {
  const level = (channel: Channel): number => wish.levels_pct[channel.wavelength_nm] ?? 0;
  const lit = channels.filter((channel) => level(channel) !== 0);
  const provenance = weakest(lit.map((channel) => (known(channel) ? channel.provenance : "unknown")));
  const nothing = { irradiance: null, estimate: null, provenance };
  if (provenance === "unknown") return { ...nothing, faults: [] };
  const faults: Reason[] = [];
  const irradiance: Record<string, number> = {};
  for (const channel of [...channels].sort((one, other) => one.wavelength_nm - other.wavelength_nm)) {
    if (wish.levels_pct[channel.wavelength_nm] === undefined || !known(channel)) continue;
    const found = irradianceOf(channel, wish.distance_cm);
    if (typeof found === "number") irradiance[channel.wavelength_nm] = found;
    else if (lit.includes(channel) && !faults.some((fault) => fault.sentence === found.sentence)) faults.push(found);
  }
  if (faults.length > 0) return { ...nothing, faults };
  try {
    const estimate = mapByNm(irradiance, (nm, atFull) => fluenceJCm2(atFull, wish.duration_s, wish.levels_pct[nm] ?? 0));
    return { irradiance, estimate, provenance, faults: [] };
  } catch (error) {
    if (error instanceof DoseError) return { ...nothing, faults: [say("limit_missing")] };
    throw error;
  }
}

const known = (channel: Channel): boolean => channel.irradiance.length > 0 && channel.provenance !== "unknown";

function irradianceOf(channel: Channel, distance_cm: number | null): number | Reason {
  if (distance_cm === null) return say("distance_missing");
  try {
    return irradianceAt(channel.irradiance, distance_cm);
  } catch (error) {
    if (!(error instanceof DoseError)) throw error;
    if (!(error instanceof OutsideTable)) return say("limit_missing");
    const about = String(channel.wavelength_nm);
    const [low, high] = [figure(error.nearestCm), figure(error.farthestCm)];
    return say("distance_outside_table", { about, values: { wavelength: about, distance: figure(distance_cm), low, high } });
  }
}

function screeningReasons(verdict: Verdict, person: Person): Reason[] {
  const found: Reason[] = [];
  if (verdict.outcome === "missing" || verdict.outcome === "due" || verdict.outcome === "incomplete") found.push(say(`screening_${verdict.outcome}`));
  if (needsGuardian(person.screening) && !person.guardian) found.push(say("guardian_missing"));
  for (const outcome of ["block", "clinician"] as const) {
    found.push(...verdict.findings.filter((one) => one.outcome === outcome).map((one) => reasonOf(one, `screening_${outcome}`)));
  }
  return found;
}

const reasonOf = ({ question_id, sentence, source, asks, lifts_at }: Finding, code: string): Reason =>
  say(code, { about: question_id, lifts_at, values: { sentence, source, asks } });

function limitReasons(wish: Wish, light: Light, person: Person, now: Moment, limits: Limits): Reason[] {
  const fluence_j_cm2 = light.estimate === null ? null : Object.values(light.estimate).reduce((total, one) => total + one, 0);
  const asked = { session_id: wish.session_id, sites: wish.sites, duration_s: wish.duration_s, fluence_j_cm2 };
  return [...forbidByCeilings(asked, person.history, now, limits), ...eyeReasons(wish, light, person)];
}

function eyeReasons(wish: Wish, light: Light, person: Person): Reason[] {
  if (light.irradiance === null || !reachesEyes(wish)) return [];
  const exposure_s = exposureOf(wish, person);
  try {
    const had = infraredWM2(light.irradiance, wish.levels_pct);
    const limit = limitWM2(exposure_s);
    if (had <= limit) return [];
    const values = { had: atLeast(had), limit: atMost(limit), minutes: figure(exposure_s / 60), room: atMost((100 * limit) / had) };
    return [say("eye_infrared", { values })];
  } catch (error) {
    if (error instanceof DoseError) return [say("limit_missing")];
    throw error;
  }
}

const reachesEyes = (wish: Wish): boolean => wish.sites.some((site) => SITES.get(site)?.eyes);

const exposureOf = (wish: Wish, person: Person): number =>
  person.history.filter((one) => one.session_id === wish.session_id).reduce((total, one) => total + one.on_s, wish.duration_s);

function cautionsOf(verdict: Verdict, wish: Wish, light: Light, limits: Limits): Reason[] {
  const found = verdict.findings.filter((one) => one.outcome === "caution" || one.outcome === "info").map((one) => reasonOf(one, "caution_answer"));
  if (light.provenance !== "unknown") {
    const { low_factor, sentence, source } = UNCERTAINTY[light.provenance];
    return low_factor === null ? found : [...found, say("caution_provenance", { values: { sentence, source } })];
  }
  found.push(say("caution_unknown_irradiance", { values: { limit: figure((limits.unknown_irradiance_s ?? 0) / 60) } }));
  const invisible = Object.entries(wish.levels_pct).some(([nm, level_pct]) => infrared(Number(nm)) && level_pct > 0);
  if (reachesEyes(wish) && invisible) found.push(say("caution_eye_unknown"));
  return found;
}

function clearanceOf(wish: Wish, channels: readonly Channel[], light: Light, person: Person, now: Moment, limits: Limits): Clearance {
  return {
    person_id: person.person_id,
    sites: wish.sites,
    wavelengths_nm: Object.keys(wish.levels_pct).map(Number),
    max_level_pct: highestLevels(wish, channels, light, person),
    max_duration_s: Math.floor(wish.duration_s),
    max_fluence_j_cm2: light.irradiance === null ? null : roomJCm2(wish.sites, person.history, now, limits),
    irradiance_mw_cm2: light.irradiance,
  };
}

/** How far each level may be raised in the run: to what the panel has, but not where that would be too much for the eyes, nor for
 * a wavelength whose irradiance is unknown while a dose is counted. */
function highestLevels(wish: Wish, channels: readonly Channel[], { irradiance }: Light, person: Person): ByNm {
  const most = mapByNm(wish.levels_pct, (nm) => channels.find((channel) => String(channel.wavelength_nm) === nm)?.max_pct ?? 0);
  if (irradiance === null) return mapByNm(most, (_, level) => Math.floor(level));
  const counted = mapByNm(most, (nm, level) => (irradiance[nm] === undefined ? 0 : level));
  const tooBright = reachesEyes(wish) && infraredWM2(irradiance, counted) > limitWM2(exposureOf(wish, person));
  return mapByNm(counted, (nm, level) => Math.floor(tooBright && infrared(Number(nm)) ? (wish.levels_pct[nm] ?? 0) : level));
}

const mapByNm = (given: ByNm, change: (nm: string, value: number) => number): Record<string, number> =>
  Object.fromEntries(Object.entries(given).map(([nm, value]) => [nm, change(nm, value)]));
