import { describe, expect, it } from "vitest";
import { DoseError, fluenceJCm2, irradianceAt, onSFor, OutsideTable, weakest } from "./dose";

const table = [
  { distance_cm: 15, irradiance_mw_cm2: 60 },
  { distance_cm: 30, irradiance_mw_cm2: 45 },
];

describe("fluence", () => {
  it("is irradiance times time times level", () => {
    expect(fluenceJCm2(50, 600)).toBeCloseTo(30);
    expect(fluenceJCm2(50, 600, 40)).toBeCloseTo(12);
    expect(onSFor(9, 30, 50)).toBeCloseTo(600);
  });

  it.each([[NaN, 1, 1], [Infinity, 1, 1], [1, -1, 1], [1, 1, 101]])("refuses %d mW/cm², %d s, %d %%", (mw, s, level) => {
    expect(() => fluenceJCm2(mw, s, level)).toThrow(DoseError);
  });

  it("has no time for a dose without light", () => {
    expect(() => onSFor(1, 30, 0)).toThrow(DoseError);
  });
});

describe("irradiance over distance", () => {
  it("is interpolated between measured distances and refused outside", () => {
    expect(irradianceAt(table, 15)).toBe(60);
    expect(irradianceAt(table, 20)).toBeCloseTo(55);
    expect(irradianceAt(table, 30)).toBe(45);
    expect(() => irradianceAt(table, 14.9)).toThrow(OutsideTable);
    expect(() => irradianceAt(table, 31)).toThrow(OutsideTable);
    expect(irradianceAt(table.slice(0, 1), 15)).toBe(60);
  });

  it("refuses a table that is empty, broken or out of order", () => {
    expect(() => irradianceAt([], 15)).toThrow(DoseError);
    expect(() => irradianceAt([...table].reverse(), 20)).toThrow(DoseError);
    expect(() => irradianceAt([{ distance_cm: 15, irradiance_mw_cm2: NaN }], 15)).toThrow(DoseError);
  });
});

describe("provenance", () => {
  it("is as weak as the weakest", () => {
    expect(weakest(["lab", "claim", "meter"])).toBe("claim");
    expect(weakest([])).toBe("unknown");
    expect(weakest(["hearsay"])).toBe("unknown");
  });
});
