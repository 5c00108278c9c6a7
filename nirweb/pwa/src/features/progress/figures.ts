import { order } from "../../domain/order";
import { adherence, change, ratingsByDay, weeks, type Adherence, type Done, type RatingPoint, type Week } from "../../domain/progress";
import type { Row } from "../../store/entities";
import type { Entry } from "../log/entries";
import { addDays, localDate } from "../words";

export const WEEKS = 12;
const DAY_MS = 86_400_000;

export interface Figures {
  adherence: Adherence | null;
  weeks: readonly Week[];
  ratings: readonly RatingPoint[];
  change: { before: number; after: number } | null;
}

const doneOf = (entry: Entry, zone: string): Done => ({
  date: localDate(entry.at, zone),
  regimenId: entry.regimenId,
  sites: entry.sites,
  minutes: entry.onS / 60,
  fluenceJCm2: entry.totalJCm2,
  confirmed: entry.confirmed,
});

/** Everything the progress screen shows of one course (or of all, without one), for the last twelve weeks. */
export function figuresOf(course: Row<"regimen"> | null, entries: readonly Entry[], ratings: readonly Row<"rating">[], now: Date, zone: string): Figures {
  const today = localDate(now, zone);
  const first = addDays(today, -7 * WEEKS);
  // no zone begins that day more than a day before; the doses of what lies further back are not reckoned
  const since = Date.parse(first) - DAY_MS;
  const done = entries
    .filter((entry) => entry.at.getTime() >= since && (!course || entry.regimenId === course.id))
    .map((entry) => ({ ...doneOf(entry, zone), early: entry.early }));
  const points = ratingsByDay(
    ratings
      .filter((row) => !course || row.body.aim === course.body.aim)
      .map((row) => ({ at: row.body.at, value: row.body.value }))
      .sort((a, b) => order(a.at, b.at))
      .map((one) => ({ date: localDate(new Date(one.at), zone), value: one.value })),
  );
  return {
    adherence: course
      ? adherence(
          { id: course.id, days: course.body.days, startedOn: course.body.started_on, endedOn: course.body.ended_on },
          done.filter((one) => !one.early),
          first,
          today,
        )
      : null,
    weeks: weeks(done, today, WEEKS, null),
    ratings: points,
    change: change(points),
  };
}

/** "8 of 9 planned days", and sessions besides. */
export function adherenceWords({ planned, kept, extra }: Adherence): string {
  const more = extra === 0 ? "" : `, and ${extra} more besides`;
  if (planned === 0) return extra === 0 ? "No planned day has passed yet" : `No planned day has passed yet${more}`;
  return `${kept} of ${planned} planned days${more}`;
}
