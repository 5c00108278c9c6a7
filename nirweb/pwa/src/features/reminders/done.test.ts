import { expect, test } from "vitest";
import type { Regimen, Row } from "../../store/entities";
import type { Entry } from "../log/entries";
import { beganAt, doneSince, logOf } from "./done";

const zone = "Europe/Berlin";
const row = {
  id: "r1",
  body: {
    sites: ["face"], panel_id: "p1", wavelengths: { 660: { level_pct: 50, fluence_j_cm2: null } }, days: [0, 1, 2, 3, 4, 5, 6],
    local_time: "20:00", minutes: 10, distance_cm: 30, started_on: "2026-05-01", ended_on: null,
  } as unknown as Regimen,
} as Row<"regimen">;

test("R21 done now means that the light went out just now", () => {
  expect(beganAt(row, "2026-05-04", new Date("2026-05-04T18:20:00Z"), zone).toISOString()).toBe("2026-05-04T18:10:00.000Z");
});

test("R21 done for a day that is over means when it was planned", () => {
  const nextMorning = new Date("2026-05-05T07:00:00Z");
  expect(beganAt(row, "2026-05-04", nextMorning, zone).toISOString()).toBe("2026-05-04T18:00:00.000Z");
  const moved = { ...row, body: { ...row.body, days: [3] } };
  expect(beganAt(moved, "2026-05-04", nextMorning, zone).toISOString()).toBe("2026-05-04T10:00:00.000Z");
});

test("R21 it is written as the course says, with a strength only where that is known", () => {
  const began = new Date("2026-05-04T18:10:00Z");
  const channel = { wavelength_nm: 660, min_pct: 5, max_pct: 100, irradiance: [{ distance_cm: 30, irradiance_mw_cm2: 25 }, { distance_cm: 40, irradiance_mw_cm2: 20 }] };
  const panel = { household_id: "h", bridge_id: "b", name: "P", channels: [{ ...channel, provenance: "lab" as const }], safety: "deadman" as const, confirm: "token" as const, blinks: true, virtual: false };
  expect(logOf("r1", row.body, began, panel)).toMatchObject({ duration_s: 600, panel_id: "p1", levels_pct: { 660: 50 }, irradiance_mw_cm2: { 660: 25 }, how: "by_hand", regimen_id: "r1" });
  expect(logOf("r1", row.body, began, undefined)).toMatchObject({ panel_id: null, levels_pct: null, irradiance_mw_cm2: null });
});

test("R22 what was done that day or later answers a reminder", () => {
  const entry = (at: string, part: Partial<Entry> = {}) => ({ at: new Date(at), regimenId: null, sites: ["face"], ...part }) as Entry;
  const found = (one: Entry) => doneSince(row, "2026-05-04", [one], zone) !== null;
  expect(found(entry("2026-05-04T18:10:00Z"))).toBe(true);
  expect(found(entry("2026-05-03T22:30:00Z"))).toBe(true); // half past midnight in Berlin
  expect(found(entry("2026-05-03T21:30:00Z"))).toBe(false);
  expect(found(entry("2026-05-04T18:10:00Z", { sites: ["chest"] }))).toBe(false);
  expect(found(entry("2026-05-04T18:10:00Z", { sites: ["chest"], regimenId: "r1" }))).toBe(true);
});
