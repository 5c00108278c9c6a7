import { expect, test } from "vitest";
import { clocksOf, knowClocks, offsetAt } from "./localtime";

const HOUR_MS = 3_600_000;
const from = Date.parse("2026-01-05T10:30:00Z");
const until = Date.parse("2026-12-20T00:00:00Z");

test.each(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"])("it keeps the clocks of %s as they are looked up", (zone) => {
  const hours = Array.from({ length: (until - from) / HOUR_MS }, (_, hour) => from + hour * HOUR_MS + 1);
  const lookedUp = hours.map((at) => offsetAt(at, zone));
  knowClocks(clocksOf(zone, from, until));
  expect(hours.map((at) => offsetAt(at, zone))).toEqual(lookedUp);
});

test("it finds the moment of a change to the millisecond", () => {
  const { steps } = clocksOf("Europe/Berlin", from, until);
  expect(steps).toEqual([
    [from, HOUR_MS],
    [Date.parse("2026-03-29T01:00:00Z"), 2 * HOUR_MS],
    [Date.parse("2026-10-25T01:00:00Z"), HOUR_MS],
  ]);
});

test("it believes what is known only for the time it is known for", () => {
  const zone = "Europe/Paris";
  knowClocks({ zone, from, until: from + HOUR_MS, steps: [[from, 7]] });
  expect(offsetAt(from, zone)).toBe(7);
  expect(offsetAt(from - 1, zone)).toBe(HOUR_MS);
  expect(offsetAt(from + HOUR_MS, zone)).toBe(HOUR_MS);
});

test("it takes a zone that nobody knows for UTC, whose clocks never change", () => {
  expect(offsetAt(from, "Nowhere/At_All")).toBe(0);
  expect(offsetAt(from, "UTC")).toBe(0);
});
