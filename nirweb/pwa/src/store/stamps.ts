/** Stamps and merging: pure, the twin of `sessions_app/sync/rules.py`, with the same vectors [Y30, Y31]. */

export type Clocks = Record<string, string>;

const AHEAD_MS = 24 * 60 * 60 * 1000;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

export function stamp(ms: number, counter: number, device: string): string {
  return `${hex(ms, 12)}-${hex(counter, 4)}-${device.replaceAll("-", "")}`;
}

/** Milliseconds since 1970 that a stamp shows. */
export const wallMs = (one: string): number => parseInt(one.slice(0, 12), 16);

/** The next one of this device: later than `last`, which is the latest it has made or seen ("" for none). */
export function nextStamp(last: string, nowMs: number, device: string): string {
  if (!last || nowMs > wallMs(last)) return stamp(Math.max(0, nowMs), 0, device);
  const counter = parseInt(last.slice(13, 17), 16) + 1;
  return counter < 2 ** 16 ? stamp(wallMs(last), counter, device) : stamp(wallMs(last) + 1, 0, device);
}

/** More than a day ahead: the server would refuse it [Y42]. */
export const isAhead = (one: string, nowMs: number): boolean => one !== "" && wallMs(one) > nowMs + AHEAD_MS;

export const latest = (stamps: Iterable<string>): string => {
  let found = "";
  for (const one of stamps) if (one > found) found = one;
  return found;
};

export interface Merge {
  won: Record<string, unknown>;
  clocks: Clocks;
}

/** Lays `changes`, each with its stamp, over a row whose fields were written at `clocks`: the later stamp wins. */
export function merge(clocks: Clocks, changes: Record<string, unknown>, stamps: Clocks): Merge {
  const won: Record<string, unknown> = {};
  const after: Clocks = { ...clocks };
  for (const [field, value] of Object.entries(changes)) {
    const one = stamps[field] ?? "";
    if (one <= (clocks[field] ?? "")) continue;
    won[field] = value;
    after[field] = one;
  }
  return { won, clocks: after };
}

export const stampAll = (body: Record<string, unknown>, one: string): Clocks =>
  Object.fromEntries(Object.keys(body).map((field) => [field, one]));
