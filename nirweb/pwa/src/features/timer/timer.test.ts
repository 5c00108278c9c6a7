import { expect, test } from "vitest";
import { elapsedS, logOf, type Count } from "./timer";

const count: Count = {
  person_id: "me",
  started_at: Date.parse("2026-11-22T18:00:00Z"),
  planned_s: 600,
  sites: ["face"],
  distance_cm: null,
  panel_id: null,
  levels_pct: null,
  irradiance_mw_cm2: null,
  regimen_id: null,
};

test("it counts what was lit, never more than was planned and never backwards", () => {
  expect(elapsedS(count, count.started_at + 90_000)).toBe(90);
  expect(elapsedS(count, count.started_at + 90_000_000)).toBe(600);
  expect(elapsedS(count, count.started_at - 5_000)).toBe(0);
});

test("it writes down a session by the timer, and nothing for a slip of the thumb", () => {
  expect(logOf(count, 89.6)).toMatchObject({ duration_s: 90, how: "timer", started_at: "2026-11-22T18:00:00.000Z" });
  expect(logOf(count, 0.2)).toBeNull();
});
