import { minutesAt, shareOf, signOf, stepOf, type Noted, type Step } from "../../domain/build-up";
import { EVERYWHERE, holdsOf } from "../../domain/holds";
import type { BuildUp, Row } from "../../store/entities";
import { checkinOf } from "../holds/holds";
import { entriesOf } from "../log/entries";
import { now, rowsOf, zone } from "../records";
import { countsFor } from "../today/day";
import { localDate } from "../words";

/** What can be chosen: how far down it begins, and over how many weeks it rises. */
export const buildUps: readonly { words: string; plan: BuildUp | null }[] = [
  { words: "The whole from the first day", plan: null },
  { words: "From half, over 2 weeks", plan: { from_pct: 50, weeks: 2 } },
  { words: "From half, over 4 weeks", plan: { from_pct: 50, weeks: 4 } },
  { words: "From a quarter, over 6 weeks", plan: { from_pct: 25, weeks: 6 } },
];
export const samePlan = (one: BuildUp | null, other: BuildUp | null): boolean => one?.from_pct === other?.from_pct && one?.weeks === other?.weeks;

/** The minutes of each week until the whole, if nothing holds it back. */
export const weeksOf = (plan: BuildUp, minutes: number): number[] =>
  Array.from({ length: plan.weeks + 1 }, (_, rises) => minutesAt(minutes, shareOf(plan, rises)));

/** Where this course stands today; null where it has no build-up. */
export function stepNow({ id, body }: Row<"regimen">): Step | null {
  const plan = body.build_up ?? null;
  if (!plan) return null;
  const here = { id, body };
  const entries = entriesOf(rowsOf("session"), rowsOf("session_log")).filter((entry) => entry.onS > 0 && countsFor(entry, here));
  const done = entries.map((entry) => localDate(entry.at, zone.value));
  return stepOf(plan, body.started_on, localDate(now(), zone.value), done, rowsOf("checkin").flatMap((row) => notedIn(row, body.sites)));
}

function notedIn(row: Row<"checkin">, sites: readonly string[]): Noted[] {
  const { body } = row;
  const here = body.sites.length === 0 || body.sites.some((site) => sites.includes(site));
  const holds = holdsOf(checkinOf(row)).some((hold) => hold.site === EVERYWHERE || sites.includes(hold.site));
  const sign = signOf({ warmth: here ? body.warmth : 0, redness: here ? body.redness : 0, holds });
  return sign ? [{ day: localDate(new Date(body.at), zone.value), sign }] : [];
}

/** The minutes of this course's session today. */
export function minutesToday(row: Row<"regimen">): number {
  const step = stepNow(row);
  return step ? minutesAt(row.body.minutes, step.share_pct) : row.body.minutes;
}

const because: Record<Step["held"], string> = {
  "": "",
  stay: " It did not rise, because of what you noted after a session.",
  back: " It went back a step, because of what you noted after a session.",
  rest: " It did not rise, because last week had no session.",
};

/** "Step 2 of 4: 62 % of 10 min."; why it did not rise. */
export function stepWords(row: Row<"regimen">): string {
  const step = stepNow(row);
  if (!step || (step.share_pct >= 100 && step.held === "")) return "";
  return `Building up: ${step.share_pct} % of ${row.body.minutes} min, step ${step.rises} of ${step.of}.${because[step.held]}`;
}
