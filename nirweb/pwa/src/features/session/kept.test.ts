import { expect, test } from "vitest";
import { stillGoes } from "./kept";

const MINUTE = 60_000;
const run = { asked_at: 0, planned_s: 600, paused: false };

test("a session is gone back to while it runs and a little longer, a paused one always", () => {
  expect(stillGoes(run, 5 * MINUTE)).toBe(true);
  expect(stillGoes(run, 19 * MINUTE)).toBe(true);
  expect(stillGoes(run, 21 * MINUTE)).toBe(false);
  expect(stillGoes({ ...run, paused: true }, 24 * 60 * MINUTE)).toBe(true);
});
