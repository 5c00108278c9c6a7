/** Numbers and times as they are said on the screen. */
import { offsetAt } from "../domain/localtime";

/** "4:05"; never negative. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "12 min", "50 s", "1 min 30 s". */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.5) return "under 1 s";
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 || minutes >= 10 ? `${Math.round(whole / 60)} min` : `${minutes} min ${rest} s`;
}

const LEAST_SHOWN = 0.01;
/** A measured amount: small ones keep a second digit, and what is not nothing is never called nothing. */
export function amount(value: number): string {
  if (value > 0 && value < LEAST_SHOWN) return `under ${LEAST_SHOWN}`;
  return value < 1 && value > 0 ? value.toFixed(2) : trimmed(value);
}
/** "8.4 J/cm²". */
export const fluence = (value: number): string => `${amount(value)} J/cm²`;
/** What it was at most: "up to 8.4 J/cm²". */
export const fluenceAtMost = (value: number): string => `up to ${fluence(value > 0 ? Math.max(value, LEAST_SHOWN) : value)}`;

/** One decimal at most. */
export const trimmed = (value: number): string => String(Math.round(value * 10) / 10);

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
/** Monday is 0, as in the records. */
export const dayName = (day: number): string => days[day] ?? "";
export const dayNames = days;

/** "Mon, Wed and Fri"; "every day". */
export function dayList(chosen: readonly number[]): string {
  const sorted = [...new Set(chosen)].sort((a, b) => a - b);
  if (sorted.length === 7) return "every day";
  const words = sorted.map((day) => dayName(day).slice(0, 3));
  if (words.length < 2) return words[0] ?? "no day";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"] as const;
/** The wall clock there, in the fields that are called UTC. */
const wallAt = (at: Date, zone: string): Date => new Date(at.getTime() + offsetAt(at.getTime(), zone));
const monthName = (wall: Date): string => months[wall.getUTCMonth()] ?? "";
const wallDayName = (wall: Date): string => dayName((wall.getUTCDay() + 6) % 7);

/** "Sat 22 Nov". */
export function dayOf(at: Date, zone: string): string {
  const wall = wallAt(at, zone);
  return `${wallDayName(wall).slice(0, 3)} ${wall.getUTCDate()} ${monthName(wall).slice(0, 3)}`;
}
/** "Saturday 22 November". */
export function longDayOf(at: Date, zone: string): string {
  const wall = wallAt(at, zone);
  return `${wallDayName(wall)} ${wall.getUTCDate()} ${monthName(wall)}`;
}
/** "18:05". */
export const timeOf = (at: Date, zone: string): string => wallAt(at, zone).toISOString().slice(11, 16);
export const whenOf = (at: Date, zone: string): string => `${dayOf(at, zone)}, ${timeOf(at, zone)}`;
/** "Sat 22 Nov 2025, 18:05": with its year where that is not the year of `from`. */
export function whenWithYear(at: Date, from: Date, zone: string): string {
  const year = wallAt(at, zone).getUTCFullYear();
  return year === wallAt(from, zone).getUTCFullYear() ? whenOf(at, zone) : `${dayOf(at, zone)} ${year}, ${timeOf(at, zone)}`;
}
/** 0-23. */
export const hourOf = (at: Date, zone: string): number => wallAt(at, zone).getUTCHours();

/** The local date there, "2026-11-22". */
export const localDate = (at: Date, zone: string): string => wallAt(at, zone).toISOString().slice(0, 10);

/** 0-6, Monday is 0. */
export function weekday(date: string): number {
  return (new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7;
}

export function addDays(date: string, count: number): string {
  const at = new Date(`${date}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

/** When something lifts: "at 18:05", "tomorrow at 07:30", "on Sat 22 Nov at 18:05". */
export function untilWords(at: Date, from: Date, zone: string): string {
  const there = localDate(at, zone);
  const here = localDate(from, zone);
  if (there === here) return `at ${timeOf(at, zone)}`;
  if (there === addDays(here, 1)) return `tomorrow at ${timeOf(at, zone)}`;
  return `on ${dayOf(at, zone)} at ${timeOf(at, zone)}`;
}

const NEARLY_FULL = 50;
/** What a long text is told near its end, for the field takes no more then; nothing before. */
export function roomLeft(text: string, most: number): string | undefined {
  const left = most - text.length;
  return left < NEARLY_FULL ? `${Math.max(0, left)} of ${most} characters left. What is longer is cut off.` : undefined;
}
