/** What a panel's passport says of its days (docs/passport.md). `today` is the local date, "2026-11-22". */
import type { Id, Panel, Row } from "../../store/entities";

const dayMs = 86_400_000;
const soonDays = 30;

/** "12.5 hours of light in sessions run from here." */
export function hoursWords(hours: number): string {
  if (hours <= 0) return "No light yet in sessions run from here.";
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min of light in sessions run from here.`;
  return `${hours < 100 ? hours.toFixed(1) : Math.round(hours)} hours of light in sessions run from here.`;
}

const daysTo = (date: string, today: string): number => Math.round((Date.parse(date) - Date.parse(today)) / dayMs);
const inDays = (count: number): string => (count === 1 ? "tomorrow" : `in ${count} days`);

export interface Due {
  words: string;
  now: boolean;
}

/** When to measure it again, from a month before; null where nobody said, or it is long to go [L4]. */
export function dueWords(measureAgainOn: string | null | undefined, today: string): Due | null {
  if (!measureAgainOn) return null;
  const left = daysTo(measureAgainOn, today);
  if (left > soonDays) return null;
  if (left > 0) return { words: `Its strength is to be measured again ${inDays(left)}.`, now: false };
  return { words: "Its strength is due to be measured again: the doses shown may be too high.", now: true };
}

/** How long its maker still stands for it, from a month before the end to the last day; null else [L5]. */
export function warrantyWords(until: string | null | undefined, today: string): string | null {
  if (!until) return null;
  const left = daysTo(until, today);
  if (left > soonDays || left < 0) return null;
  return `Its warranty ends ${left === 0 ? "today" : inDays(left)}. If something is wrong with it, its maker is still to be asked.`;
}

/** One thing to say on Today, and the mark by which it is put away. */
export interface PassportNote {
  panelId: Id;
  name: string;
  words: string;
  mark: string;
}

/** What is to be said of these panels today, but for what was put away. A measurement that is due is another note than one to come [L6]. */
export function notesOf(panels: readonly Row<"panel">[], today: string, putAway: readonly string[]): PassportNote[] {
  return panels.flatMap(({ id, body }) => noted(id, body, today)).filter((note) => !putAway.includes(note.mark));
}

function noted(id: Id, body: Panel, today: string): PassportNote[] {
  const due = dueWords(body.measure_again_on, today);
  const warranty = warrantyWords(body.warranty_until, today);
  const note = (words: string, kind: string): PassportNote => ({ panelId: id, name: body.name, words, mark: `${id} ${kind}` });
  return [
    ...(due ? [note(due.words, `${due.now ? "due" : "soon"} ${body.measure_again_on ?? ""}`)] : []),
    ...(warranty ? [note(warranty, `warranty ${body.warranty_until ?? ""}`)] : []),
  ];
}
