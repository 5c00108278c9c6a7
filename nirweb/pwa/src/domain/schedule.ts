/** When a course's sessions are due, as `sessions_app/regimens/schedule.py`. */

import { addDays, atLocal, dayOf, endOfDay, weekdayOf } from "./localtime";
import type { Day, Moment } from "./values";

/** Days 0-6 with Monday 0; `local_time` "HH:MM", empty for a day without a time: it is due when the day ends. */
export interface Plan {
  days: readonly number[];
  local_time: string;
  zone: string;
  started_on: Day;
  ended_on: Day | null;
}

export interface Occurrence {
  /** The local date; with the course it names the occurrence. */
  day: Day;
  due_at: Moment;
}

/** The first occurrence strictly after `now`; null when the course has no more. */
export function nextAfter(plan: Plan, now: Moment): Occurrence | null {
  const yesterday = addDays(dayOf(now, plan.zone), -1);
  const start = yesterday > plan.started_on ? yesterday : plan.started_on;
  return between(plan, start, addDays(start, 8)).find((one) => one.due_at > now) ?? null;
}

/** Every occurrence on the local dates from `first` to `last`, both included. */
export function between(plan: Plan, first: Day, last: Day): Occurrence[] {
  const found: Occurrence[] = [];
  const until = plan.ended_on !== null && plan.ended_on < last ? plan.ended_on : last;
  for (let day = first > plan.started_on ? first : plan.started_on; day <= until; day = addDays(day, 1)) {
    if (plan.days.includes(weekdayOf(day))) found.push({ day, due_at: dueAt(plan, day) });
  }
  return found;
}

const dueAt = (plan: Plan, day: Day): Moment => (plan.local_time ? atLocal(day, plan.local_time, plan.zone) : endOfDay(day, plan.zone));
