import { expect, test } from "vitest";
import { dueWords, hoursWords } from "./passport";

test("it tells hours of light as exactly as they matter", () => {
  expect(hoursWords(0)).toMatch(/No light yet/);
  expect(hoursWords(0.01)).toMatch(/^1 min/);
  expect(hoursWords(0.5)).toMatch(/^30 min/);
  expect(hoursWords(12.34)).toMatch(/^12.3 hours/);
  expect(hoursWords(1234.5)).toMatch(/^1235 hours/);
});

test("it says from a month before that the strength is to be measured again", () => {
  const today = new Date(2026, 2, 28, 23, 30);
  expect(dueWords(null, today)).toBeNull();
  expect(dueWords("2026-04-28", today)).toBeNull();
  expect(dueWords("2026-04-27", today)).toEqual({ words: "Its strength is to be measured again in 30 days.", now: false });
  expect(dueWords("2026-03-29", today)?.words).toMatch(/in 1 day\./);
  expect(dueWords("2026-03-28", today)?.now).toBe(true);
  expect(dueWords("2020-01-01", today)?.now).toBe(true);
});
