/** What each place has had, and what of it is over a limit (docs/dose.md, D1-D6). From the same exposures that the ceilings count. */

import { energyJ } from "./dose";
import { POLICY, type Limits } from "./limits";
import { SITES } from "./sites";
import type { Exposure, Moment } from "./values";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

export interface PlaceLight {
  site: string;
  /** J/cm² of known strength that ended within 24 hours, and within 7 days. */
  day_j_cm2: number;
  week_j_cm2: number;
  /** Seconds of unknown strength within 24 hours. */
  day_unknown_s: number;
  /** From when gap, day and week let it have any light again; null where they do now. */
  free_at: Moment | null;
}

const counts = (one: Exposure, now: Moment): boolean => one.ended_at > now - WEEK_MS;

/** Whether any place had light in the last 7 days. */
export const anyLit = (history: readonly Exposure[], now: Moment): boolean => history.some((one) => counts(one, now));

/** Every place that had light in the last 7 days, in the order of the body. */
export function placesLit(history: readonly Exposure[], now: Moment, limits: Limits = POLICY): PlaceLight[] {
  const week = history.filter((one) => counts(one, now));
  return [...SITES.keys()].flatMap((site) => {
    const here = week.filter((one) => one.sites.includes(site));
    if (here.length === 0) return [];
    const today = here.filter((one) => one.ended_at > now - DAY_MS);
    const free = Math.max(
      ...here.map((one) => one.ended_at + (limits.gap_s ?? 0) * 1000),
      roomFrom(today, DAY_MS, limits.fluence_24h_j_cm2, limits),
      roomFrom(here, WEEK_MS, limits.fluence_7d_j_cm2, limits),
    );
    return [{
      site,
      day_j_cm2: known(today),
      week_j_cm2: known(here),
      day_unknown_s: sum(today.filter((one) => one.fluence_j_cm2 === null).map((one) => one.on_s)),
      free_at: free > now ? free : null,
    }];
  });
}

/** One wavelength's energy on one place, J. */
export interface Energy {
  /** Lit area × dose: an upper bound, because the dose is that at the middle. */
  at_most_j: number;
  /** How low it may be by how the strength is known; null where no source says. The area is believed as measured. */
  low_j: number | null;
}

/** By place and wavelength; null for a place whose lit area nobody measured: nothing is made of that [D6]. `low`: as a fraction, by wavelength. */
export function energyOf(
  fluence_j_cm2: Readonly<Record<string, number | null>>,
  low: Readonly<Record<string, number | null>>,
  sites: readonly string[],
  areas_cm2: Readonly<Record<string, number>>,
): Record<string, Record<string, Energy> | null> {
  const on = (area: number): Record<string, Energy> =>
    Object.fromEntries(
      Object.entries(fluence_j_cm2).flatMap(([nm, dose]) => {
        if (dose === null) return [];
        const factor = low[nm] ?? null;
        return [[nm, { at_most_j: energyJ(dose, area), low_j: factor === null ? null : energyJ(dose * factor, area) }]];
      }),
    );
  return Object.fromEntries(sites.map((site) => [site, areas_cm2[site] === undefined ? null : on(areas_cm2[site])]));
}

/** When enough has left the window that there is room again under its limit; 0 where there is some now. Minutes of unknown strength
 * take their part of the day's limit, as in the ceilings. */
function roomFrom(lights: readonly Exposure[], window_ms: number, limit: number | null, limits: Limits): Moment {
  const perSecond = (limits.fluence_24h_j_cm2 ?? 0) / (limits.unknown_irradiance_s ?? Infinity);
  const oldestFirst = [...lights].sort((one, other) => one.ended_at - other.ended_at);
  let had = sum(oldestFirst.map((one) => one.fluence_j_cm2 ?? one.on_s * perSecond));
  let from = 0;
  for (const one of oldestFirst) {
    if (had < (limit ?? Infinity)) break;
    had -= one.fluence_j_cm2 ?? one.on_s * perSecond;
    from = one.ended_at + window_ms;
  }
  return from;
}

export interface Over {
  site: string;
  hours: 24 | 168;
  had_j_cm2: number;
  limit_j_cm2: number;
}

/** Where a session that was done anyway went over a ceiling, with what its places had before it in that time. */
export function wentOver(one: Exposure, history: readonly Exposure[], limits: Limits = POLICY): Over[] {
  const windows = [[24, DAY_MS, limits.fluence_24h_j_cm2], [168, WEEK_MS, limits.fluence_7d_j_cm2]] as const;
  const before = history.filter((other) => other.session_id !== one.session_id && other.ended_at <= one.ended_at);
  return one.sites.flatMap((site) =>
    windows.flatMap(([hours, window, limit]) => {
      const here = before.filter((other) => other.sites.includes(site) && other.ended_at > one.ended_at - window);
      const had_j_cm2 = known([one, ...here]);
      return limit !== null && had_j_cm2 > limit ? [{ site, hours, had_j_cm2, limit_j_cm2: limit }] : [];
    }),
  );
}

/** The wavelengths' doses are added up; those of unknown strength are told apart. */
const known = (lights: readonly Exposure[]): number => sum(lights.map((one) => one.fluence_j_cm2 ?? 0));
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
