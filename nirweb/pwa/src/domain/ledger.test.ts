import { expect, test } from "vitest";
import energies from "../../../../tests/vectors/energy.json";
import { UNCERTAINTY, type Provenance } from "./dose";
import { anyLit, energyOf, placesLit, wentOver } from "./ledger";
import type { Exposure } from "./values";

const NOW = Date.parse("2026-05-03T12:00:00Z");
const HOUR = 3_600_000;
const lit = (id: string, sites: string[], hoursAgo: number, fluence: number | null): Exposure => ({
  session_id: id, sites, ended_at: NOW - hoursAgo * HOUR, on_s: 600, fluence_j_cm2: fluence,
});

test("D3 D7 it says what each place had, a session in full for each of its places", () => {
  const history = [lit("a", ["face", "chest"], 2, 20), lit("b", ["chest"], 30, 15), lit("c", ["chest"], 10, null), lit("d", ["knees"], 200, 40)];
  expect(placesLit(history, NOW)).toEqual([
    { site: "face", day_j_cm2: 20, week_j_cm2: 20, day_unknown_s: 0, free_at: NOW + 6 * HOUR },
    { site: "chest", day_j_cm2: 20, week_j_cm2: 35, day_unknown_s: 600, free_at: NOW + 6 * HOUR },
  ]);
  expect(placesLit([lit("b", ["chest"], 30, 15)], NOW)[0]?.free_at).toBeNull();
  for (const one of history) expect(anyLit([one], NOW)).toBe(placesLit([one], NOW).length > 0);
});

test("D7 it says from when day and week have room again, not only the gap", () => {
  const freeIn = (...history: Exposure[]): number | null => {
    const free = placesLit(history, NOW)[0]?.free_at ?? null;
    return free === null ? null : (free - NOW) / HOUR;
  };
  expect(freeIn(lit("a", ["neck"], 10, 49.9))).toBeNull();
  expect(freeIn(lit("a", ["neck"], 10, 50))).toBe(14);
  expect(freeIn(lit("a", ["neck"], 20, 30), lit("b", ["neck"], 10, 30))).toBe(4);
  expect(freeIn(lit("a", ["neck"], 10, 25), { ...lit("b", ["neck"], 9, null), on_s: 600 })).toBe(14);
  expect(freeIn(...[30, 55, 80, 105].map((hours) => lit(`n${hours}`, ["neck"], hours, 50)))).toBe(168 - 105);
  expect(freeIn(lit("a", ["neck"], 2, 1))).toBe(6);
});

test("D15 it says where a late entry went over, by what was before it", () => {
  const late = lit("log l", ["face", "chest"], 12, 30);
  const history = [late, lit("a", ["face"], 20, 25), lit("b", ["chest"], 20, 20), lit("c", ["chest"], 2, 40)];
  expect(wentOver(late, history)).toEqual([{ site: "face", hours: 24, had_j_cm2: 55, limit_j_cm2: 50 }]);
  expect(wentOver(lit("x", ["neck"], 0, 30), [1, 2, 3, 4].map((day) => lit(`n${day}`, ["neck"], day * 25, 45)))).toEqual([
    { site: "neck", hours: 168, had_j_cm2: 210, limit_j_cm2: 200 },
  ]);
  expect(wentOver(lit("y", ["neck"], 0, 50), [])).toEqual([]);
});

test.each(energies.cases)("D6 it enters energy by place and wavelength: $name", ({ provenance, fluence_j_cm2, sites, areas_cm2, energy }) => {
  const doses = fluence_j_cm2 as Record<string, number | null>;
  const low = Object.fromEntries(Object.keys(doses).map((nm) => [nm, UNCERTAINTY[provenance as Provenance].low_factor]));
  const found = energyOf(doses, low, sites, areas_cm2);
  const rounded = JSON.parse(JSON.stringify(found), (_, value: unknown) => (typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value)) as unknown;
  expect(rounded).toEqual(energy);
});
