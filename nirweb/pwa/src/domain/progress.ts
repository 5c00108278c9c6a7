/** Figures of the progress screen, from plain values: how much of the plan was done, how much light each week, how the aim was rated. */

import { order } from "./order";

/** A course, as far as its days go. Dates are local, YYYY-MM-DD; days 0-6, Monday is 0. */
export interface Course {
  id: string;
  days: readonly number[];
  startedOn: string;
  endedOn: string | null;
}

/** Something done: a session that gave light, or one written down. */
export interface Done {
  /** Local date. */
  date: string;
  regimenId: string | null;
  sites: readonly string[];
  minutes: number;
  /** Over all wavelengths, J/cm²; null where the irradiance is unknown. */
  fluenceJCm2: number | null;
  /** False: an upper bound, not reported by the panel. */
  confirmed: boolean;
}

/** A session of less light than this part of its plan was begun and stopped early: it is not done (docs/reminders.md, R7). */
const DONE_FROM = 0.5;
export const stoppedEarly = (onS: number, plannedS: number): boolean => onS < DONE_FROM * plannedS;

const DAY_MS = 86_400_000;
const at = (date: string): number => Date.parse(`${date}T12:00:00Z`);
export const addDays = (date: string, count: number): string => new Date(at(date) + count * DAY_MS).toISOString().slice(0, 10);
/** 0-6, Monday is 0. */
export const weekdayOf = (date: string): number => (new Date(at(date)).getUTCDay() + 6) % 7;
/** The Monday of its week. */
export const weekOf = (date: string): string => addDays(date, -weekdayOf(date));

/** Dates on which the course asks for a session, from `from` to `to`, both included. */
export function plannedDates(course: Course, from: string, to: string): string[] {
  const first = course.startedOn > from ? course.startedOn : from;
  const last = course.endedOn !== null && course.endedOn < to ? course.endedOn : to;
  const dates: string[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) {
    if (course.days.includes(weekdayOf(date))) dates.push(date);
  }
  return dates;
}

export interface Adherence {
  planned: number;
  /** Planned days with at least one session of the course. */
  kept: number;
  /** Sessions of the course on other days. */
  extra: number;
}

/** Planned days up to and with today against days with a session; a day still under way counts only once it is done. */
export function adherence(course: Course, done: readonly Done[], from: string, today: string): Adherence {
  const days = new Set(done.filter((one) => one.regimenId === course.id && one.date >= from && one.date <= today).map((one) => one.date));
  const planned = plannedDates(course, from, today).filter((date) => date < today || days.has(date));
  const kept = planned.filter((date) => days.has(date)).length;
  return { planned: planned.length, kept, extra: days.size - kept };
}

export interface Week {
  /** Its Monday. */
  monday: string;
  sessions: number;
  minutes: number;
  /** J/cm² on the site that got the most; null when nothing of that week had a known irradiance. */
  fluenceJCm2: number | null;
  /** Some of the light has no known dose: the number is a part, not the whole. */
  partlyUnknown: boolean;
  confirmed: boolean;
}

/** The last `count` weeks, the newest last. Sites add up each for itself: what one place got is never summed with another's. */
export function weeks(done: readonly Done[], today: string, count: number, site: string | null): Week[] {
  const last = weekOf(today);
  return Array.from({ length: count }, (_, index) => oneWeek(done, addDays(last, (index - count + 1) * 7), site));
}

function oneWeek(done: readonly Done[], monday: string, site: string | null): Week {
  const end = addDays(monday, 6);
  const here = done.filter((one) => one.date >= monday && one.date <= end && (site === null || one.sites.includes(site)));
  const known = here.filter((one) => one.fluenceJCm2 !== null);
  return {
    monday,
    sessions: here.length,
    minutes: here.reduce((sum, one) => sum + one.minutes, 0),
    fluenceJCm2: known.length === 0 ? null : mostOnOneSite(known, site),
    partlyUnknown: known.length < here.length,
    confirmed: here.every((one) => one.confirmed),
  };
}

function mostOnOneSite(done: readonly Done[], site: string | null): number {
  const perSite = new Map<string, number>();
  for (const one of done) {
    for (const place of site === null ? one.sites : [site]) perSite.set(place, (perSite.get(place) ?? 0) + (one.fluenceJCm2 ?? 0));
  }
  return Math.max(0, ...perSite.values());
}

export interface RatingPoint {
  date: string;
  value: number;
}

/** One point a day: the day's last rating. Ratings come in the order they were given. */
export function ratingsByDay(ratings: readonly RatingPoint[]): RatingPoint[] {
  const perDay = new Map(ratings.map((rating) => [rating.date, rating.value]));
  return [...perDay].map(([date, value]) => ({ date, value })).sort((a, b) => order(a.date, b.date));
}

/** The mean of the first and of the last `count` ratings, once they do not overlap; else null: too early to say anything. */
export function change(points: readonly RatingPoint[], count = 3): { before: number; after: number } | null {
  if (points.length < 2 * count) return null;
  const mean = (some: readonly RatingPoint[]): number => some.reduce((sum, one) => sum + one.value, 0) / some.length;
  return { before: mean(points.slice(0, count)), after: mean(points.slice(-count)) };
}
