import { describe, expect, it } from "vitest";
import type { Bodies } from "../../store/entities";
import { sumOrNull } from "./dose";
import { byDay, entriesOf, ofLog, ofSession } from "./entries";

const session: Bodies["session"] = {
  panel_id: "p",
  regimen_id: null,
  sites: ["face"],
  distance_cm: 20,
  planned: { duration_s: 600, levels_pct: { 660: 100, 850: 50 } },
  state: "ended",
  end_reason: "completed",
  started_at: "2026-11-22T18:00:00Z",
  ended_at: "2026-11-22T18:10:00Z",
  delivered: { 660: { on_s: 600, full_level_s: 598, fluence_j_cm2: 30 }, 850: { on_s: 600, full_level_s: 299, fluence_j_cm2: 12 } },
  confirmed: true,
  provenance: "lab",
};
const log: Bodies["session_log"] = {
  sites: ["neck"],
  started_at: "2026-11-22T20:00:00Z",
  duration_s: 300,
  distance_cm: null,
  panel_id: null,
  levels_pct: { 660: 100 },
  irradiance_mw_cm2: null,
  how: "by_hand",
  regimen_id: null,
};

describe("entries", () => {
  it("takes minutes and dose from what the panel reported", () => {
    expect(ofSession({ id: "s", body: session, state: "synced" })).toMatchObject({ onS: 600, totalJCm2: 42, confirmed: true });
  });

  it("leaves out a session that ended before any light, but not one that may have given some", () => {
    const dark = { ...session, delivered: {} };
    expect(ofSession({ id: "s", body: dark, state: "synced" })).toBeNull();
    expect(ofSession({ id: "s", body: { ...dark, confirmed: false }, state: "synced" })).not.toBeNull();
  });

  it("shows no dose where the irradiance is unknown", () => {
    expect(ofLog({ id: "l", body: log, state: "waiting" })).toMatchObject({ totalJCm2: null, fluenceJCm2: { 660: null }, onS: 300 });
    expect(ofLog({ id: "l", body: { ...log, irradiance_mw_cm2: { 660: 40 } }, state: "waiting" }).totalJCm2).toBeCloseTo(12);
    expect(sumOrNull({ 660: 3, 850: null })).toBeNull();
    expect(sumOrNull({})).toBeNull();
  });

  it("puts the newest first, and groups by day", () => {
    const all = entriesOf([{ id: "s", body: session, state: "synced" }], [{ id: "l", body: log, state: "waiting" }]);
    expect(all.map((entry) => entry.id)).toEqual(["l", "s"]);
    expect(byDay(all, (entry) => entry.at.toISOString().slice(0, 10))).toHaveLength(1);
  });

  it("groups no more days than are asked for, each whole", () => {
    const days = byDay(["a1", "a2", "b1", "b2", "c1"], (item) => item.charAt(0), 2);
    expect(days).toEqual([{ date: "a", items: ["a1", "a2"] }, { date: "b", items: ["b1", "b2"] }]);
  });
});
