import { describe, expect, test } from "vitest";
import { decide } from "../../domain/decision";
import { courseWeek, mostSeconds, secondsFor } from "../../domain/planner";
import { nothingOfThese } from "../../domain/questionnaire";
import type { Exposure, Person } from "../../domain/values";
import { cmOf, dosesAt, inchesOf, minutesOf, mwCm2Of, typed } from "./reckon";

const NOW = Date.parse("2026-05-03T12:00:00Z");
const channel = (wavelength_nm: number, at15: number, at30: number) => ({
  wavelength_nm,
  min_pct: 5,
  max_pct: 100,
  irradiance: [
    { distance_cm: 15, irradiance_mw_cm2: at15 },
    { distance_cm: 30, irradiance_mw_cm2: at30 },
  ],
  provenance: "lab" as const,
});
const channels = [channel(660, 40, 30), channel(850, 20, 10)];
const place = { channels, distance_cm: 30, levels: { "660": 50, "850": 100 } };

describe("planner", () => {
  test("D30 it brings the dose of a time and the time of a dose, at level and distance", () => {
    expect(dosesAt(place, 600)).toEqual({ "660": 9, "850": 6 });
    expect(minutesOf(660, 9, place)).toBe(10);
    expect(minutesOf(850, 6, place)).toBe(10);
    expect(minutesOf(660, 9, { ...place, distance_cm: 22.5 })).toBe(8.5);
    expect(minutesOf(660, 9, { ...place, levels: { "660": 100 } })).toBe(5);
    expect(minutesOf(660, 90, place)).toBe(100);
  });
  test("D30 it never brings more than was asked for", () => {
    for (let wanted = 0.5; wanted < 60; wanted += 0.37) {
      const seconds = secondsFor(wanted, channels[0]?.irradiance ?? [], 22.5, 35);
      expect(dosesAt({ ...place, distance_cm: 22.5, levels: { "660": 35 } }, seconds)["660"]).toBeLessThanOrEqual(Math.max(wanted + 1e-6, 0.08));
    }
  });
  test("D31 it reckons nothing where nothing was measured", () => {
    for (const distance_cm of [null, 14.9, 30.1]) {
      expect(dosesAt({ ...place, distance_cm }, 600)).toEqual({ "660": null, "850": null });
      expect(minutesOf(660, 9, { ...place, distance_cm })).toBeNull();
    }
    expect(minutesOf(660, 9, { ...place, levels: { "660": 0 } })).toBeNull();
    expect(minutesOf(810, 9, place)).toBeNull();
    expect(minutesOf(660, 0, place)).toBeNull();
  });
  test("D34 it converts inches and W/m²", () => {
    expect([cmOf(6), cmOf(12), typed(inchesOf(30.48)), mwCm2Of(400), mwCm2Of(62.5)]).toEqual([15.24, 30.48, "12", 40, 6.25]);
  });
});

const answered = { version: 1, answers: nothingOfThese(), answered_at: NOW - 1000, stored_at: null, since: {} };
const person: Person = { person_id: "p", zone: "UTC", phototype: null, screening: answered, agreements: [], guardian: true, history: [], checkins: [], releases: [] };
const judge = (sites: string[], levels_pct: Record<string, number>, history: Exposure[] = []) => (duration_s: number) =>
  decide({ session_id: "s", sites, distance_cm: 30, duration_s, levels_pct, eyewear: true, pulse_hz: null }, channels, { ...person, history }, NOW).reasons;

describe("what fits", () => {
  test("D32 it is the longest that no limit forbids", () => {
    const before: Exposure = { session_id: "h", sites: ["chest"], ended_at: NOW - 10 * 3_600_000, on_s: 600, fluence_j_cm2: 45 };
    for (const [judged, wanted, most] of [
      [judge(["chest"], { "660": 100 }), 600, null],
      [judge(["chest"], { "660": 100 }), 2400, 1662],
      [judge(["chest"], { "660": 10 }), 2400, 1800],
      [judge(["chest"], { "660": 50 }, [before]), 1200, 330],
      [judge(["chest"], { "660": 50 }, [{ ...before, fluence_j_cm2: 50 }]), 60, 0],
      [judge(["chest"], {}), 600, null],
    ] as const) {
      expect(mostSeconds(wanted, judged)).toBe(most);
      if (most) {
        expect(judged(most)).toEqual([]);
        expect(judged(most + 6)).not.toEqual([]);
      }
    }
  });
  test("D32 on the face infrared at the eyes is what forbids", () => {
    const bright = [channel(850, 60, 50)];
    const judged = (duration_s: number) =>
      decide({ session_id: "s", sites: ["face"], distance_cm: 30, duration_s, levels_pct: { "850": 100 }, eyewear: true, pulse_hz: null }, bright, person, NOW).reasons;
    expect(judged(300).map((one) => one.code)).toEqual(["eye_infrared"]);
    const most = mostSeconds(300, judged) ?? 0;
    // 18000 t^-0.75 = 500 W/m² at 118.9 s
    expect(most).toBe(114);
  });
  test("D35 a course is told what its week brings, with the other courses of the place", () => {
    const course = { sites: ["face", "left_arm"], fluence_j_cm2: 40, perWeek: 5 };
    const told = (...given: Parameters<typeof courseWeek>): string[] => courseWeek(...given).map((one) => one.sentence);
    expect(told(course, [])).toEqual([]);
    expect(told({ ...course, fluence_j_cm2: 40.1 }, [])).toEqual(["As planned, your face would have 200.5 J/cm² in 7 days; 200 J/cm² is the most."]);
    const other = { sites: ["left_arm", "knees"], fluence_j_cm2: 10, perWeek: 2 };
    expect(told(course, [other, { ...other, sites: ["knees"], perWeek: 7 }])).toEqual([
      "As planned, with your other courses, your left arm would have 220 J/cm² in 7 days; 200 J/cm² is the most.",
    ]);
    expect(told(course, [{ ...other, fluence_j_cm2: null }])).toEqual([]);
    expect(told({ ...course, fluence_j_cm2: null, perWeek: 7 }, [other])).toEqual([]);
    for (const odd of [courseWeek({ ...course, perWeek: Number.NaN }, []), courseWeek(course, [{ ...other, perWeek: Number.NaN }])]) {
      expect(odd.map((one) => one.code)).toEqual(["limit_missing"]);
    }
  });
});
