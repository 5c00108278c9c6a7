/**
 * How much light a place may have, as `sessions_app/therapy/ceilings.py`. More history never allows more; a missing or broken number
 * allows nothing.
 */

import { POLICY, type Limits } from "./limits";
import { sitesInWords } from "./sites";
import type { Exposure, Moment, Reason } from "./values";
import { atLeast, atMost, figure, say } from "./wording";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** The light that is asked for; the fluence is null where the irradiance is unknown. */
export interface Asked {
  session_id: string;
  sites: readonly string[];
  duration_s: number;
  fluence_j_cm2: number | null;
}

interface Budget {
  session_s: number;
  day: number;
  week: number;
  gap_s: number;
  unknown_s: number;
}

type Spent = readonly (readonly [Moment, number])[];

/** Every ceiling that forbids this light, with when it lifts. Empty: none does. */
export function forbid(asked: Asked, history: readonly Exposure[], now: Moment, limits: Limits = POLICY): Reason[] {
  const budget = checked(limits);
  if (!budget || !sound(asked, history, now)) return [say("limit_missing")];
  const alone = tooMuchAlone(asked, budget);
  const bySite = asked.sites.flatMap((site) => {
    const here = history.filter((exposure) => exposure.sites.includes(site));
    const gap = gapOf(site, asked, here, now, budget);
    return alone.length > 0 ? gap : [...gap, ...dayOf(site, asked, here, now, budget), ...weekOf(site, asked, here, now, budget)];
  });
  return [...tooLong(asked, history, budget), ...bySite, ...alone];
}

/** The fluence that the fullest of these sites may still have now; 0 where a number is missing. */
export function roomJCm2(sites: readonly string[], history: readonly Exposure[], now: Moment, limits: Limits = POLICY): number {
  const budget = checked(limits);
  if (!budget || !history.every(soundExposure) || sites.length === 0) return 0;
  const rooms = sites.flatMap((site) => {
    const here = history.filter((exposure) => exposure.sites.includes(site));
    const had = (window: number): number => sum(since(here, now - window).map((one) => inJCm2(one, budget)));
    return [budget.day - had(DAY_MS), budget.week - had(WEEK_MS)];
  });
  return Math.max(0, Math.min(...rooms));
}

/** Its fluence, or what its minutes take of the day's budget. */
const inJCm2 = (exposure: Exposure, budget: Budget): number => exposure.fluence_j_cm2 ?? (exposure.on_s * budget.day) / budget.unknown_s;

/** Its minutes, or what its fluence takes of the day's budget; seconds. */
const inUnknownS = (exposure: Exposure, budget: Budget): number =>
  exposure.fluence_j_cm2 === null ? exposure.on_s : (exposure.fluence_j_cm2 * budget.unknown_s) / budget.day;

function tooLong(asked: Asked, history: readonly Exposure[], budget: Budget): Reason[] {
  const before_s = sum(history.filter((one) => one.session_id === asked.session_id).map((one) => one.on_s));
  if (before_s + asked.duration_s <= budget.session_s) return [];
  const limit = figure(budget.session_s / 60);
  const room_s = budget.session_s - before_s;
  if (room_s < 1) return [say("session_used_up", { values: { limit } })];
  const total = atLeast((before_s + asked.duration_s) / 60);
  return [say("session_too_long", { values: { limit, total, room: atMost(room_s / 60) } })];
}

function tooMuchAlone(asked: Asked, budget: Budget): Reason[] {
  if (asked.fluence_j_cm2 === null) {
    if (asked.duration_s <= budget.unknown_s) return [];
    return [say("unknown_irradiance_too_long", { values: { limit: figure(budget.unknown_s / 60) } })];
  }
  const limit = Math.min(budget.day, budget.week);
  if (asked.fluence_j_cm2 <= limit) return [];
  return [say("dose_over_ceiling", { values: { wanted: atLeast(asked.fluence_j_cm2), limit: figure(limit) } })];
}

function gapOf(site: string, asked: Asked, here: readonly Exposure[], now: Moment, budget: Budget): Reason[] {
  const ends = here.filter((one) => one.session_id !== asked.session_id).map((one) => one.ended_at);
  const lifts_at = Math.max(...ends) + budget.gap_s * 1000;
  if (ends.length === 0 || now >= lifts_at) return [];
  return [say("gap", { about: site, lifts_at, values: { place: sitesInWords([site]), limit: figure(budget.gap_s / 3600) } })];
}

function dayOf(site: string, asked: Asked, here: readonly Exposure[], now: Moment, budget: Budget): Reason[] {
  const recent = since(here, now - DAY_MS);
  if (asked.fluence_j_cm2 !== null) {
    const spent = recent.map((one) => [one.ended_at, inJCm2(one, budget)] as const);
    return over("ceiling_24h", site, spent, asked.fluence_j_cm2, budget.day, DAY_MS);
  }
  const spent = recent.map((one) => [one.ended_at, inUnknownS(one, budget)] as const);
  const lifts_at = whenItFits(spent, asked.duration_s, budget.unknown_s, DAY_MS);
  if (lifts_at === null) return [];
  const had = sum(spent.map(([, seconds]) => seconds));
  const values = {
    place: sitesInWords([site]),
    had: atLeast(had / 60),
    limit: figure(budget.unknown_s / 60),
    room: roomOf(budget.unknown_s / 60, had / 60),
  };
  return [say("unknown_irradiance_24h", { about: site, lifts_at, values })];
}

function weekOf(site: string, asked: Asked, here: readonly Exposure[], now: Moment, budget: Budget): Reason[] {
  const recent = since(here, now - WEEK_MS);
  // minutes of unknown strength have a daily limit only; but they do not come on top of a full week of known dose
  const counted = asked.fluence_j_cm2 === null ? recent.filter((one) => one.fluence_j_cm2 !== null) : recent;
  const wanted = asked.fluence_j_cm2 ?? (asked.duration_s * budget.day) / budget.unknown_s;
  const spent = counted.map((one) => [one.ended_at, inJCm2(one, budget)] as const);
  return over("ceiling_7d", site, spent, wanted, budget.week, WEEK_MS);
}

function over(code: string, site: string, spent: Spent, wanted: number, limit: number, window: number): Reason[] {
  const lifts_at = whenItFits(spent, wanted, limit, window);
  if (lifts_at === null) return [];
  const had = sum(spent.map(([, amount]) => amount));
  const values = { place: sitesInWords([site]), had: atLeast(had), wanted: atLeast(wanted), limit: figure(limit), room: roomOf(limit, had) };
  return [say(code, { about: site, lifts_at, values })];
}

/** null: it fits now. Otherwise when enough of the oldest has left the window. */
function whenItFits(spent: Spent, wanted: number, limit: number, window: number): Moment | null {
  let left = [...spent].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  let lifts_at: Moment | null = null;
  for (let first = left[0]; first && sum(left.map(([, amount]) => amount)) + wanted > limit; first = left[0]) {
    lifts_at = first[0] + window;
    left = left.slice(1);
  }
  return lifts_at;
}

const roomOf = (limit: number, had: number): string => atMost(Math.max(0, limit - had));
const since = (history: readonly Exposure[], start: Moment): Exposure[] => history.filter((one) => one.ended_at > start);
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
const positive = (value: number | null): value is number => value !== null && Number.isFinite(value) && value > 0;
const amount = (value: number | null): boolean => value === null || (Number.isFinite(value) && value >= 0);

function checked(limits: Limits): Budget | null {
  const { session_s, fluence_24h_j_cm2: day, fluence_7d_j_cm2: week, gap_s, unknown_irradiance_s: unknown_s } = limits;
  if (!positive(session_s) || !positive(day) || !positive(week) || !positive(gap_s) || !positive(unknown_s)) return null;
  return { session_s, day, week, gap_s, unknown_s };
}

const sound = (asked: Asked, history: readonly Exposure[], now: Moment): boolean =>
  positive(asked.duration_s) && amount(asked.fluence_j_cm2) && Number.isFinite(now) && history.every(soundExposure);

const soundExposure = (exposure: Exposure): boolean =>
  Number.isFinite(exposure.ended_at) && exposure.on_s >= 0 && Number.isFinite(exposure.on_s) && amount(exposure.fluence_j_cm2);
