import { beforeEach, expect, test, vi } from "vitest";
import { begin, clear, count as counting, elapsedS, logOf, recall, type Count } from "./timer";

const count: Count = {
  entry_id: "01a20632-7930-7680-bec8-59f1a467d193",
  began_at: "2026-11-22T18:00:02.000Z",
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
  expect(elapsedS(count, count.started_at - 86_400_000, 95)).toBe(95); // the clock was put back by a day
  expect(elapsedS(count, count.started_at + 120_000, 95)).toBe(120); // it slept
  expect(elapsedS(count, count.started_at, 700)).toBe(600);
});

test("it writes down a session by the timer, and nothing for a slip of the thumb", () => {
  expect(logOf(count, 89.6)).toMatchObject({ duration_s: 90, how: "timer", started_at: "2026-11-22T18:00:02.000Z" });
  expect(logOf(count, 0.2)).toBeNull();
});

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  counting.value = null;
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

test("M65: what counts for one person is neither shown to nor lost by another on the same phone", () => {
  const hers = { ...count, person_id: "ada" };
  const his = { ...count, person_id: "ben", sites: ["chest"] };
  begin(hers);
  recall("ben");
  expect(counting.value).toBeNull();
  begin(his);
  recall("ada");
  expect(counting.value).toEqual(hers);
  clear();
  recall("ben");
  expect(counting.value).toEqual(his);
});
