import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/schedule.json";
import words from "../../../../tests/vectors/words.json";
import { between, nextAfter } from "./schedule";
import { madeAt, newId, uuid7 } from "./uuid7";
import { atLeast, atMost, dayInWords, figure } from "./wording";

test.each(vectors.next)("it finds the next occurrence: $name", (given) => {
  const expected = given.next && { ...given.next, due_at: Date.parse(given.next.due_at) };
  expect(nextAfter(given.plan, Date.parse(given.now))).toEqual(expected);
});

test.each(vectors.between)("it lists the occurrences of a stretch: $name", (given) => {
  expect(between(given.plan, given.first, given.last).map((one) => one.day)).toEqual(given.days);
});

test("it writes numbers and days as the server does", () => {
  for (const [number, text] of words.figure) expect(figure(typeof number === "number" ? number : Number.NaN)).toBe(text);
  for (const [number, text] of words.at_least) expect(atLeast(number as number)).toBe(text);
  for (const [number, text] of words.at_most) expect(atMost(number as number)).toBe(text);
  for (const [day, text] of words.days) expect(dayInWords(day as string)).toBe(text);
});

test("it makes ids that sort by time and tell it", () => {
  const noon = Date.parse("2026-05-03T12:00:00.123Z");
  const id = uuid7(noon, new Uint8Array(10).fill(255));
  expect(id).toBe("019dedb5-ae7b-7fff-bfff-ffffffffffff");
  expect(madeAt(id)).toBe(noon);
  expect(uuid7(noon + 1, new Uint8Array(10)) > id).toBe(true);
  expect(madeAt("01890000-0000-4000-8000-000000000000")).toBeNull();
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(() => uuid7(noon, new Uint8Array(3))).toThrow();
});
