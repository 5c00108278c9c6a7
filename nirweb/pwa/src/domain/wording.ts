/** The words of every reason, from the file that the server shares, as `sessions_app/therapy/wording.py`. */

import book from "@data/therapy/reasons.json";
import type { Day, Moment, Reason } from "./values";

interface Words {
  sentence: string;
  limit: string;
  source: string;
  asks: string;
}
const BOOK: Readonly<Record<string, Words>> = book.reasons;

export interface Blanks {
  about?: string;
  lifts_at?: Moment | null;
  values?: Readonly<Record<string, string>>;
}

/** The reason of this code, with its blanks filled. Throws for a code or a blank that nobody knows. */
export function say(code: string, { about = "", lifts_at = null, values = {} }: Blanks = {}): Reason {
  const words = BOOK[code];
  if (!words) throw new Error(`no words for ${code}`);
  return {
    code,
    sentence: fill(words.sentence, values),
    limit: fill(words.limit, values),
    source: fill(words.source, values),
    asks: fill(words.asks, values),
    lifts_at,
    about,
  };
}

/** `{name}` in a text becomes its value. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-z_]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing for {${name}}`);
    return value;
  });
}

/** One decimal, halves up, without a trailing zero: the same on phone and server. */
export const figure = (value: number): string => tenths(value, Math.floor, 0.5);
/** As `figure`, rounded up: for what is over a limit. */
export const atLeast = (value: number): string => tenths(value, Math.ceil, -1e-6);
/** As `figure`, rounded down: for what is still allowed. */
export const atMost = (value: number): string => tenths(value, Math.floor, 0);

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** "3 May 2026". */
export function dayInWords(day: Day): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${date ?? 0} ${MONTHS[(month ?? 1) - 1] ?? ""} ${year ?? 0}`;
}

/** "one", "one and two", "one, two and three". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1);
  if (last === undefined) return "";
  return words.length === 1 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

function tenths(value: number, whole: (value: number) => number, shift: number): string {
  if (!Number.isFinite(value)) return "?";
  const found = whole(value * 10 + shift);
  const rest = found % 10;
  return rest === 0 ? String(found / 10) : `${Math.floor(found / 10)}.${rest}`;
}
