import { describe, expect, test } from "vitest";
import dose from "../../../../tests/vectors/dose.json";
import eyes from "../../../../tests/vectors/eyes.json";
import tables from "../../../../tests/vectors/irradiance.json";
import { DoseError, OutsideTable, energyJ, fluenceJCm2, irradianceAt, levelFor, onSFor, weakest, type Table } from "./dose";
import { infraredWM2, limitWM2 } from "./eyes";
import type { ByNm } from "./values";

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const table = (given: number[][]): Table => given.map(([distance_cm = 0, irradiance_mw_cm2 = 0]) => ({ distance_cm, irradiance_mw_cm2 }));

describe("dose", () => {
  test.each(dose.fluence)("it computes fluence: $name", (given) => {
    expect(fluenceJCm2(given.irradiance_mw_cm2, given.on_s, given.level_pct)).toBeCloseTo(given.fluence_j_cm2, 9);
  });
  test.each(dose.fluence_refused)("it refuses $name", (given) => {
    expect(() => fluenceJCm2(given.irradiance_mw_cm2, given.on_s, given.level_pct)).toThrow(DoseError);
  });
  test.each(dose.time)("it computes time from dose: $name", (given) => {
    expect(onSFor(given.fluence_j_cm2, given.irradiance_mw_cm2, given.level_pct)).toBeCloseTo(given.on_s, 9);
  });
  test.each(dose.time_refused)("it finds no time for $name", (given) => {
    expect(() => onSFor(given.fluence_j_cm2, given.irradiance_mw_cm2, given.level_pct)).toThrow(DoseError);
  });
  test.each(dose.energy)("D6 it computes energy: $name", (given) => {
    expect(energyJ(given.fluence_j_cm2, given.area_cm2)).toBeCloseTo(given.energy_j, 9);
  });
  test.each(dose.energy_refused)("D6 it knows no energy of $name", (given) => {
    expect(() => energyJ(given.fluence_j_cm2, given.area_cm2)).toThrow(DoseError);
    expect(() => energyJ(1, Number.NaN)).toThrow(DoseError);
  });
  test.each(dose.provenance)("it believes the weakest of $given", (given) => {
    expect(weakest(given.given)).toBe(given.weakest);
  });
  test("it computes a level from dose and time", () => {
    expect(levelFor(9, 30, 600)).toBeCloseTo(50, 9);
    expect(() => levelFor(9, 0, 600)).toThrow(DoseError);
  });
  test.each(ODD)("it refuses %s anywhere", (odd) => {
    for (const place of [0, 1, 2]) {
      const [irradiance, on_s, level] = [30, 600, 50].map((value, index) => (index === place ? odd : value)) as [number, number, number];
      expect(() => fluenceJCm2(irradiance, on_s, level)).toThrow(DoseError);
      expect(() => onSFor(irradiance, on_s, level)).toThrow(DoseError);
    }
    expect(() => irradianceAt(table([[15, odd]]), 15)).toThrow(DoseError);
    expect(() => irradianceAt(table([[15, 40]]), odd)).toThrow(DoseError);
  });
});

describe("irradiance tables", () => {
  test.each(tables.inside)("it reads between measured distances: $name", (given) => {
    expect(irradianceAt(table(given.table), given.distance_cm)).toBeCloseTo(given.irradiance_mw_cm2, 9);
  });
  test.each(tables.outside)("it guesses nothing outside: $name", (given) => {
    let caught: unknown;
    try {
      irradianceAt(table(given.table), given.distance_cm);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(OutsideTable);
    expect(caught).toMatchObject({ nearestCm: given.nearest_cm, farthestCm: given.farthest_cm });
  });
  test.each(tables.refused)("it refuses a broken table: $name", (given) => {
    expect(() => irradianceAt(table(given.table), given.distance_cm)).toThrow(DoseError);
  });
});

describe("infrared at the cornea", () => {
  test.each(eyes.limit)("it allows $limit_w_m2 W/m² for $exposure_s s", (given) => {
    expect(limitWM2(given.exposure_s) / given.limit_w_m2).toBeCloseTo(1, 6);
  });
  test.each([...eyes.limit_refused, ...ODD])("it has no limit for %s s", (exposure_s) => {
    expect(() => limitWM2(exposure_s)).toThrow(DoseError);
  });
  test.each(eyes.infrared)("it adds up infrared only: $name", (given) => {
    expect(infraredWM2(given.irradiance_mw_cm2 as unknown as ByNm, given.levels_pct as unknown as ByNm)).toBeCloseTo(given.w_m2, 9);
  });
  test.each(eyes.infrared_refused)("it refuses $name", (given) => {
    expect(() => infraredWM2(given.irradiance_mw_cm2 as unknown as ByNm, given.levels_pct as unknown as ByNm)).toThrow(DoseError);
  });
  test("it refuses what is no number", () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -1]) expect(() => infraredWM2({ 850: odd }, { 850: 1 })).toThrow(DoseError);
  });
});
