/** "Done" of one day of a course: an entry in the log under the occurrence's own id, so that said twice it is one [R21]. */
import { atLocal } from "../../domain/localtime";
import { occurrenceId } from "../../domain/occurrence";
import { between } from "../../domain/schedule";
import type { Bodies, Regimen, Row, SessionLog } from "../../store/entities";
import { allEntries } from "../log/all";
import type { Entry } from "../log/entries";
import { strengthAt } from "../log/draft";
import { minutesToday } from "../plan/build-up";
import { freshId, historyOf, now, opened, rowOf, zone } from "../records";
import { countsFor, planOf } from "../today/day";
import { localDate } from "../words";

/** What was done on that local day, or since, for the course. */
export function doneSince(row: Row<"regimen">, day: string, entries: readonly Entry[], zoneName: string): Entry | null {
  return entries.find((entry) => localDate(entry.at, zoneName) >= day && countsFor(entry, row)) ?? null;
}

export const doneEntry = (row: Row<"regimen">, day: string): Entry | null =>
  doneSince(row, day, allEntries.value, zone.value);

/** When the light of that day began: it ended just now, or for a day that is over, it was when it was planned. */
export function beganAt(row: Row<"regimen">, day: string, at: Date, zoneName: string): Date {
  const justNow = at.getTime() - row.body.minutes * 60_000;
  if (localDate(new Date(justNow), zoneName) <= day) return new Date(justNow);
  const planned = between(planOf(row, zoneName), day, day)[0]?.due_at ?? atLocal(day, "12:00", zoneName);
  return new Date(Math.min(planned, justNow));
}

export function logOf(id: string, body: Regimen, began: Date, panel: Bodies["panel"] | undefined): SessionLog {
  const levels = Object.fromEntries(Object.entries(body.wavelengths).map(([nm, light]) => [nm, light.level_pct]));
  return {
    sites: body.sites,
    started_at: began.toISOString(),
    duration_s: Math.max(1, Math.round(body.minutes * 60)),
    distance_cm: body.distance_cm,
    panel_id: panel ? body.panel_id : null,
    levels_pct: panel ? levels : null,
    irradiance_mw_cm2: panel && body.distance_cm !== null ? strengthAt(panel, levels, body.distance_cm) : null,
    how: "by_hand",
    regimen_id: id,
  };
}

/** The occurrence's id; once an entry under it was withdrawn, a new one. */
async function idFor(row: Row<"regimen">, day: string): Promise<string> {
  const id = await occurrenceId(row.id, day);
  return historyOf("session_log").some((one) => one.id === id) ? freshId() : id;
}

/** Writes it down; durable when it resolves, with or without a network. Gives the entry's id. */
export async function logDone(row: Row<"regimen">, day: string): Promise<string> {
  const panel = row.body.panel_id ? rowOf("panel", row.body.panel_id)?.body : undefined;
  const today = { ...row, body: { ...row.body, minutes: minutesToday(row) } };
  const body = logOf(row.id, today.body, beganAt(today, day, now(), zone.value), panel);
  return opened().write("session_log", body, { id: await idFor(row, day) });
}
