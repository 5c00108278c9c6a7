import { expect, test } from "vitest";
import type { Panel, Row } from "../../store/entities";
import { dueWords, hoursWords, notesOf, warrantyWords } from "./passport";

const today = "2026-03-28";
const panel = (dates: Partial<Panel>): Row<"panel"> => ({ id: "p", body: { name: "Kitchen", ...dates } }) as Row<"panel">;

test("L1 it tells hours of light as exactly as they matter", () => {
  expect(hoursWords(0)).toMatch(/No light yet/);
  expect(hoursWords(0.01)).toMatch(/^1 min/);
  expect(hoursWords(0.5)).toMatch(/^30 min/);
  expect(hoursWords(12.34)).toMatch(/^12.3 hours/);
  expect(hoursWords(1234.5)).toMatch(/^1235 hours/);
});

test("L4 it says from a month before that the strength is to be measured again", () => {
  expect(dueWords(null, today)).toBeNull();
  expect(dueWords("2026-04-28", today)).toBeNull();
  expect(dueWords("2026-04-27", today)).toEqual({ words: "Its strength is to be measured again in 30 days.", now: false });
  expect(dueWords("2026-03-29", today)?.words).toMatch(/tomorrow\./);
  expect(dueWords("2026-03-28", today)?.now).toBe(true);
  expect(dueWords("2020-01-01", today)?.now).toBe(true);
});

test("L5 it says from a month before to the last day that the warranty ends", () => {
  expect(warrantyWords(undefined, today)).toBeNull();
  expect(warrantyWords("2026-04-28", today)).toBeNull();
  expect(warrantyWords("2026-04-27", today)).toMatch(/in 30 days/);
  expect(warrantyWords("2026-03-28", today)).toMatch(/ends today/);
  expect(warrantyWords("2026-03-27", today)).toBeNull();
});

test("L6 what was put away is not said again until it is due, or another day is entered", () => {
  const soon = notesOf([panel({ measure_again_on: "2026-03-30", warranty_until: "2026-04-01" })], today, []);
  expect(soon.map((note) => note.words)).toEqual([expect.stringMatching(/in 2 days/), expect.stringMatching(/warranty/)]);
  const marks = soon.map((note) => note.mark);
  const again = (dates: Partial<Panel>, day: string): number => notesOf([panel(dates)], day, marks).length;
  expect(again({ measure_again_on: "2026-03-30", warranty_until: "2026-04-01" }, today)).toBe(0);
  expect(again({ measure_again_on: "2026-03-30", warranty_until: "2026-04-01" }, "2026-03-30")).toBe(1);
  expect(again({ measure_again_on: "2026-04-02", warranty_until: "2026-04-01" }, today)).toBe(1);
  expect(again({}, today)).toBe(0);
});
