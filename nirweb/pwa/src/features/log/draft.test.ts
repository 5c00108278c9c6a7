import { describe, expect, it } from "vitest";
import type { Bodies } from "../../store/entities";
import { read, type Draft } from "./draft";

const now = new Date("2026-11-22T20:00:00Z");
const draft: Draft = { sites: ["face"], when: "2026-11-22T18:00", minutes: "7,5", panelId: "", distance: "", levels: {}, regimenId: "" };
const panel: Bodies["panel"] = {
  household_id: "h",
  bridge_id: "b",
  name: "Panel",
  channels: [
    { wavelength_nm: 660, min_pct: 10, max_pct: 100, irradiance: [{ distance_cm: 15, irradiance_mw_cm2: 40 }, { distance_cm: 30, irradiance_mw_cm2: 30 }], provenance: "lab" },
    { wavelength_nm: 850, min_pct: 10, max_pct: 100, irradiance: [], provenance: "unknown" },
  ],
  safety: "deadman",
  confirm: "token",
  blinks: true,
  virtual: false,
};

describe("a session written down", () => {
  it("becomes a record, with a comma as well as a point", () => {
    expect(read(draft, undefined, "UTC", now)).toMatchObject({
      body: { duration_s: 450, started_at: "2026-11-22T18:00:00.000Z", panel_id: null, levels_pct: null, distance_cm: null },
    });
  });

  it("says what is wrong, field by field, and keeps nothing of it", () => {
    const all = read({ ...draft, sites: [], when: "2026-11-22T21:00", minutes: "0", distance: "-3" }, undefined, "UTC", now);
    expect("wrong" in all && Object.keys(all.wrong).sort()).toEqual(["distance", "minutes", "sites", "when"]);
    for (const minutes of ["NaN", "0x10", "1e2", "5 min", "1,5,5", ""]) expect(read({ ...draft, minutes }, undefined, "UTC", now)).toHaveProperty("wrong.minutes");
    for (const when of ["0001-01-01T00:00", "1900-01-01T10:00"]) expect(read({ ...draft, when }, undefined, "UTC", now)).toHaveProperty("wrong.when");
  });

  it("takes the irradiance from the panel's table, only where every lit wavelength is known", () => {
    const with660 = { ...draft, panelId: "p", distance: "20", levels: { 660: 100, 850: 0 } };
    const known = read(with660, panel, "UTC", now);
    expect("body" in known && known.body.irradiance_mw_cm2?.["660"]).toBeCloseTo(36.667, 2);
    const partly = read({ ...with660, levels: { 660: 100, 850: 50 } }, panel, "UTC", now);
    expect("body" in partly && partly.body.irradiance_mw_cm2).toBeNull();
    const tooFar = read({ ...with660, distance: "40" }, panel, "UTC", now);
    expect("body" in tooFar && tooFar.body.irradiance_mw_cm2).toBeNull();
  });
});
