import { expect, test } from "vitest";
import type { Bodies } from "../../store/entities";
import { aimOf, type Aim } from "../aims";
import { broughtIn, dosesOf, draftOf, levelsWith, minutesFor, regimenOf, spread, startingPoint, wrongWith, type PlanDraft } from "./draft";

const aim = (id: string): Aim => {
  const found = aimOf(id);
  if (!found) throw new Error(id);
  return found;
};
const channel = (wavelength_nm: number, at20: number) => ({
  wavelength_nm,
  min_pct: 10,
  max_pct: 100,
  irradiance: [
    { distance_cm: 15, irradiance_mw_cm2: at20 * 1.2 },
    { distance_cm: 20, irradiance_mw_cm2: at20 },
  ],
  provenance: "lab" as const,
});
const panel: Bodies["panel"] = {
  household_id: "h",
  bridge_id: "b",
  name: "Panel",
  channels: [channel(660, 20), channel(850, 10)],
  safety: "deadman",
  confirm: "token",
  blinks: true,
  virtual: false,
};
const blank: PlanDraft = { aim: "", sites: [], days: [], time: "20:00", minutes: "", distance: "", panelId: null, levels: {}, buildUp: null, studied: null };
const whole: PlanDraft = { ...blank, aim: "fine_lines", sites: ["face"], days: [3, 0], minutes: "5", distance: "20", panelId: "p", levels: { "660": 100, "850": 50 } };

test("it starts from a study where there is one, and from nothing where there is none", () => {
  const lines = startingPoint(aim("fine_lines"), blank, panel);
  expect([lines.levels, lines.days, lines.studied]).toEqual([{ "660": 100, "850": 0 }, [0, 3], "wunsch_2014"]);
  const redness = startingPoint(aim("calm_redness"), blank, panel);
  expect([redness.levels, redness.days, redness.studied, redness.minutes]).toEqual([{ "660": 0, "850": 0 }, [], null, ""]);
});

test("it shows a dose only where the strength at this distance is known", () => {
  expect(dosesOf(whole, panel)).toEqual({ "660": 6, "850": 1.5 });
  expect(dosesOf({ ...whole, distance: "40" }, panel)).toEqual({ "660": null, "850": null });
  expect(dosesOf({ ...whole, distance: "" }, panel)).toEqual({ "660": null, "850": null });
  expect(dosesOf(whole, undefined)).toEqual({ "660": null, "850": null });
});

test("it reckons the minutes of a dose, within the longest session", () => {
  expect(minutesFor(6, whole, panel)).toBe(5);
  expect(broughtIn(5, whole, panel)).toBe(6);
  expect(minutesFor(5, whole, panel), "a tenth of a minute less than asked for, and so is what it brings").toBe(4.1);
  expect(broughtIn(4.1, whole, panel)).toBeCloseTo(4.92);
  expect(broughtIn(5, { ...whole, distance: "90" }, panel)).toBe(0);
  expect(minutesFor(6, { ...whole, levels: { "660": 0 } }, panel)).toBeNull();
  expect(minutesFor(60, whole, panel)).toBeNull();
  expect(minutesFor(6, { ...whole, distance: "90" }, panel)).toBeNull();
});

test("it names what is missing", () => {
  expect(Object.keys(wrongWith(blank)).sort()).toEqual(["aim", "days", "levels", "minutes", "sites"]);
  expect(wrongWith(whole)).toEqual({});
  expect(wrongWith({ ...whole, minutes: "31" }).minutes).toMatch(/30/);
  expect(wrongWith({ ...whole, minutes: "NaN", distance: "-3" })).toHaveProperty("distance");
});

test("it keeps what was planned, and reads it back", () => {
  const kept = regimenOf(whole, panel, "2026-11-22");
  expect(kept.days).toEqual([0, 3]);
  expect(kept.wavelengths).toEqual({ "660": { level_pct: 100, fluence_j_cm2: 6 }, "850": { level_pct: 50, fluence_j_cm2: 1.5 } });
  expect(regimenOf({ ...whole, levels: { "660": 100, "850": 0 } }, panel, "2026-11-22").wavelengths["850"]).toEqual({ level_pct: 0, fluence_j_cm2: null });
  expect(regimenOf(draftOf(kept), panel, "2026-11-22")).toEqual(kept);
});

test("it spreads days over the week and keeps levels that another panel has too", () => {
  expect([spread(1), spread(2), spread(3), spread(5), spread(7)]).toEqual([[0], [0, 3], [0, 2, 4], [0, 1, 2, 4, 5], [0, 1, 2, 3, 4, 5, 6]]);
  expect(levelsWith(panel, { "660": 3, "630": 80 })).toEqual({ "660": 0, "850": 0 });
});
