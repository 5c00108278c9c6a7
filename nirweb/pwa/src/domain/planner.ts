/** Dose from time and time from dose, and how much of a wish the limits leave (docs/dose.md, D30-D34). */

import { fluenceJCm2, irradianceAt, onSFor, type Table } from "./dose";
import { POLICY, type Limits } from "./limits";
import { sitesInWords } from "./sites";
import type { Reason } from "./values";
import { atLeast, figure, say } from "./wording";

/** Minutes are planned in tenths. */
const TENTH_S = 6;
/** Reasons that a shorter session is let off from. */
const SHORTER_HELPS: ReadonlySet<string> = new Set([
  "session_too_long", "dose_over_ceiling", "ceiling_24h", "ceiling_7d", "unknown_irradiance_too_long", "unknown_irradiance_24h", "eye_infrared", "course_week",
]);

/** Seconds in whole tenths of a minute that bring this dose of one wavelength, rather a little less than more. */
export function secondsFor(fluence_j_cm2: number, table: Table, distance_cm: number, level_pct: number): number {
  const onS = onSFor(fluence_j_cm2, irradianceAt(table, distance_cm), level_pct);
  return Math.max(1, Math.floor(onS / TENTH_S + 1e-6)) * TENTH_S;
}

/** What one wavelength brings, J/cm². */
export const doseOf = (table: Table, distance_cm: number, seconds: number, level_pct: number): number =>
  fluenceJCm2(irradianceAt(table, distance_cm), seconds, level_pct);

/**
 * The longest session below `wanted_s` that no limit forbids, in whole tenths of a minute; 0 where none fits, null where its length is
 * not what stands in the way. `judge` says what stands against so many seconds.
 */
export function mostSeconds(wanted_s: number, judge: (seconds: number) => readonly Reason[]): number | null {
  const tooMuch = (seconds: number): boolean => judge(seconds).some((reason) => SHORTER_HELPS.has(reason.code));
  if (!tooMuch(wanted_s)) return null;
  let fits = 0;
  let over = Math.ceil(wanted_s / TENTH_S);
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (tooMuch(middle * TENTH_S)) over = middle;
    else fits = middle;
  }
  return fits * TENTH_S;
}

/** A course as planned: its places, what one session brings (null: unknown), and how many there are in a week. */
export interface PlannedWeek {
  sites: readonly string[];
  fluence_j_cm2: number | null;
  perWeek: number;
}

const weekJCm2 = ({ fluence_j_cm2, perWeek }: PlannedWeek): number => (fluence_j_cm2 ?? 0) * perWeek;

/**
 * What a place has in 7 days once this course runs as planned, with all the person's other courses there: of the fullest of its
 * places. What is of unknown strength has no dose, and is left out.
 */
export function courseWeek(course: PlannedWeek, others: readonly PlannedWeek[], { fluence_7d_j_cm2: most }: Limits = POLICY): Reason[] {
  if (most === null || ![most, course.perWeek, ...others.map((one) => one.perWeek)].every(Number.isFinite)) return [say("limit_missing")];
  if (course.fluence_j_cm2 === null) return [];
  const own = weekJCm2(course);
  const [fullest] = course.sites
    .map((site) => ({ site, more: others.filter((one) => one.sites.includes(site)).reduce((sum, one) => sum + weekJCm2(one), 0) }))
    .sort((one, other) => other.more - one.more);
  if (!fullest || own + fullest.more <= most) return [];
  const { site, more } = fullest;
  const values = { wanted: atLeast(own + more), limit: figure(most), place: sitesInWords([site]), with: more > 0 ? " with your other courses," : "" };
  return [say("course_week", { about: site, values })];
}
