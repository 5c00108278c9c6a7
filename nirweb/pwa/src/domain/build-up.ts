/**
 * A course that begins with less and rises week by week, held back by what is noted afterwards: as `sessions_app/therapy/build_up.py`
 * (docs/dose.md, D40-D44).
 */

import { addDays } from "./localtime";
import type { Day } from "./values";

export interface BuildUp {
  /** Of the course's minutes in the first week, 1-100. */
  from_pct: number;
  /** How many rises until the whole, at least 1. */
  weeks: number;
}
export type Sign = "stay" | "back";
export interface Noted {
  day: Day;
  sign: Sign;
}
export interface Step {
  rises: number;
  of: number;
  /** Of the course's minutes, now. */
  share_pct: number;
  /** Why the last week brought no rise. */
  held: "" | Sign | "rest";
}

/** Of 0-3: from here warmth and redness keep the next week from rising. */
const CLEARLY = 2;

/** What a check-in says of the build-up. `holds`: it holds a place, or all. */
export function signOf({ warmth, redness, holds }: { warmth: number; redness: number; holds: boolean }): Sign | null {
  if (holds) return "back";
  return Math.max(warmth, redness) >= CLEARLY ? "stay" : null;
}

/** Where a course stands on a local date. `done`: local dates with light of this course. */
export function stepOf(plan: BuildUp, startedOn: Day, today: Day, done: readonly Day[], noted: readonly Noted[]): Step {
  let rises = 0;
  let held: Step["held"] = "";
  for (let first = startedOn; first <= today; first = addDays(first, 7)) {
    const after = addDays(first, 7);
    const within = (day: Day): boolean => day >= first && day < after && day <= today;
    const said = new Set(noted.filter((one) => within(one.day)).map((one) => one.sign));
    if (said.has("back")) [rises, held] = [Math.max(0, rises - 1), "back"];
    else if (after > today) continue;
    else if (said.has("stay")) held = "stay";
    else if (!done.some(within)) held = "rest";
    else [rises, held] = [Math.min(plan.weeks, rises + 1), ""];
  }
  return { rises, of: plan.weeks, share_pct: shareOf(plan, rises), held };
}

/** Of the course's minutes after so many rises. */
export const shareOf = ({ from_pct, weeks }: BuildUp, rises: number): number => Math.floor(from_pct + ((100 - from_pct) * rises) / weeks + 1e-9);

/** The minutes of a session, in whole tenths, never more than the share. */
export const minutesAt = (minutes: number, sharePct: number): number => Math.max(0.1, Math.floor((minutes * sharePct) / 10 + 1e-9) / 10);
