/** Local wall time and IANA zones, as `sessions_app/localtime.py`. */

import type { Day, Moment } from "./values";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clocks are ahead of UTC: from each moment on so many milliseconds, known from `from` until before `until`. */
export interface Clocks {
  zone: string;
  from: Moment;
  until: Moment;
  steps: readonly (readonly [Moment, number])[];
}
const known = new Map<string, Clocks>();

/** From now on these need not be looked up: on a phone the first look into the zones of the world takes a tenth of a second. */
export const knowClocks = (clocks: Clocks): void => void known.set(clocks.zone, clocks);

/** The clocks of a zone, looked up. No zone changes them twice in a week. */
export function clocksOf(zone: string, from: Moment, until: Moment): Clocks {
  let offset = lookedUp(from, zone);
  const steps: [Moment, number][] = [[from, offset]];
  for (let at = from; at < until; at += WEEK_MS) {
    const later = lookedUp(at + WEEK_MS, zone);
    if (later !== offset) steps.push([changeBetween(at, at + WEEK_MS, zone), later]);
    offset = later;
  }
  return { zone, from, until, steps };
}

/** The first moment of the later offset. */
function changeBetween(from: Moment, to: Moment, zone: string): Moment {
  const before = lookedUp(from, zone);
  let [early, late] = [from, to];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (lookedUp(middle, zone) === before) early = middle;
    else late = middle;
  }
  return late;
}

/** The local date of a moment. */
export const dayOf = (moment: Moment, zone: string): Day => new Date(moment + offsetAt(moment, zone)).toISOString().slice(0, 10);

/** The date so many days later. */
export const addDays = (day: Day, count: number): Day => new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);

/** 0-6, Monday is 0. */
export const weekdayOf = (day: Day): number => (new Date(Date.parse(day)).getUTCDay() + 6) % 7;

/** Days from one date to another; negative when it is earlier. */
export const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/**
 * The moment of a wall time ("HH:MM") on a local date. A time that a clock change leaves out is moved on by as much as the clock
 * was; of one that comes twice it is the first.
 */
export function atLocal(day: Day, wall: string, zone: string): Moment {
  const [hours, minutes] = wall.split(":").map(Number);
  const asIfUtc = Date.parse(day) + ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000;
  const before = offsetAt(asIfUtc - DAY_MS, zone);
  const after = offsetAt(asIfUtc + DAY_MS, zone);
  const early = asIfUtc - before;
  if (before === after || offsetAt(early, zone) === before) return early;
  const late = asIfUtc - after;
  return offsetAt(late, zone) === after ? late : early;
}

/** The moment at which the local date ends. */
export const endOfDay = (day: Day, zone: string): Moment => atLocal(addDays(day, 1), "00:00", zone);

/** Milliseconds that the zone's clocks are ahead of UTC at a moment. */
export function offsetAt(moment: Moment, zone: string): number {
  if (zone === "UTC") return 0;
  const clocks = known.get(zone);
  if (!clocks || moment < clocks.from || moment >= clocks.until) return lookedUp(moment, zone);
  return clocks.steps.findLast(([since]) => since <= moment)?.[1] ?? 0;
}

function lookedUp(moment: Moment, zone: string): number {
  const whole = Math.floor(moment / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(whole)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

/** A zone that nobody knows is UTC. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  let format: Intl.DateTimeFormat;
  try {
    format = inZone(zone);
  } catch {
    format = inZone("UTC");
  }
  formats.set(zone, format);
  return format;
}

const inZone = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
