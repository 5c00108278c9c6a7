import { order } from "../../domain/order";
import { between, nextAfter, type Plan } from "../../domain/schedule";
import type { Row } from "../../store/entities";
import type { Entry } from "../log/entries";
import { addDays, hourOf, localDate, weekday } from "../words";

/** One course today: due, done, or next on another day. */
export interface DueCourse {
  row: Row<"regimen">;
  due: boolean;
  done: Entry | null;
  /** Begun today and stopped early; looked at where nothing was done. */
  begun: Entry | null;
  next: { day: string; at: Date } | null;
}

export const planOf = (row: Row<"regimen">, zone: string): Plan => ({
  days: row.body.days,
  local_time: row.body.local_time,
  zone,
  started_on: row.body.started_on,
  ended_on: row.body.ended_on,
});

/** Whether an entry is of a course: it says so, or it says nothing and lit one of its places. */
const isOf = (entry: Entry, row: Pick<Row<"regimen">, "id" | "body">): boolean =>
  entry.regimenId === row.id || (entry.regimenId === null && entry.sites.some((site) => row.body.sites.includes(site)));

/** Whether a course was done by it [R7]. */
export const countsFor = (entry: Entry, row: Pick<Row<"regimen">, "id" | "body">): boolean => !entry.early && isOf(entry, row);

export function coursesToday(regimens: readonly Row<"regimen">[], entries: readonly Entry[], now: Date, zone: string): DueCourse[] {
  const today = localDate(now, zone);
  return regimens
    .filter((row) => row.body.ended_on === null)
    .map((row) => {
      const plan = planOf(row, zone);
      const here = entries.filter((entry) => localDate(entry.at, zone) === today && isOf(entry, row));
      const done = here.find((entry) => countsFor(entry, row)) ?? null;
      const begun = here.find((entry) => entry.early) ?? null;
      const due = between(plan, today, today).length > 0;
      // what was missed today by the clock is still due today; the next one is another day's
      const endOfToday = Math.max(now.getTime(), ...between(plan, today, today).map((one) => one.due_at));
      const next = nextAfter(plan, endOfToday);
      return { row, due, done, begun, next: next && { day: next.day, at: new Date(next.due_at) } };
    })
    .sort((a, b) => rank(a) - rank(b) || order(a.row.body.local_time, b.row.body.local_time));
}

const rank = (one: DueCourse): number => (one.due && !one.done ? 0 : one.done ? 1 : 2);

/** A course without a time of day is due all day, one with a time from then on. */
export function dueByNow(courses: readonly DueCourse[], at: Date, zoneName: string): number {
  const today = localDate(at, zoneName);
  const begun = ({ row }: DueCourse): boolean =>
    row.body.local_time === "" || between(planOf(row, zoneName), today, today).some((one) => one.due_at <= at.getTime());
  return courses.filter((course) => course.due && !course.done && begun(course)).length;
}

export interface WeekDay {
  date: string;
  today: boolean;
  planned: boolean;
  done: boolean;
}

/** Monday to Sunday of this week. */
export function weekOf(courses: readonly DueCourse[], entries: readonly Entry[], now: Date, zone: string): WeekDay[] {
  const today = localDate(now, zone);
  const monday = addDays(today, -weekday(today));
  return Array.from({ length: 7 }, (_, index) => {
    const date = addDays(monday, index);
    return {
      date,
      today: date === today,
      planned: courses.some(({ row }) => between(planOf(row, zone), date, date).length > 0),
      done: entries.some((entry) => !entry.early && localDate(entry.at, zone) === date),
    };
  });
}

const ASK_FOR_HOURS = 48;

/** The last session that nothing was said about yet, while it can still be felt. */
export function unasked(entries: readonly Entry[], checkins: readonly Row<"checkin">[], now: Date): Entry | null {
  const latest = entries.find((entry) => entry.onS > 0);
  if (!latest || now.getTime() - latest.at.getTime() > ASK_FOR_HOURS * 3_600_000) return null;
  return checkins.some((row) => row.body.session_id === latest.id || Date.parse(row.body.at) > latest.at.getTime()) ? null : latest;
}

export function greeting(now: Date, zone: string): string {
  const hour = hourOf(now, zone);
  if (hour < 5) return "Good night";
  if (hour < 12) return "Good morning";
  return hour < 18 ? "Good afternoon" : "Good evening";
}
