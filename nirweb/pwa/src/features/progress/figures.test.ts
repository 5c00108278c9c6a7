import { describe, expect, it } from "vitest";
import type { Row } from "../../store/entities";
import type { Entry } from "../log/entries";
import { adherenceWords, figuresOf } from "./figures";

const course = {
  entity: "regimen",
  id: "c",
  state: "synced",
  copyOf: null,
  supersededBy: null,
  body: {
    aim: "fine_lines",
    sites: ["face"],
    panel_id: null,
    wavelengths: {},
    days: [0, 3],
    local_time: "20:00",
    minutes: 10,
    distance_cm: null,
    studied: null, build_up: null,
    started_on: "2026-11-09",
    ended_on: null,
  },
} satisfies Row<"regimen">;
const entry = (at: string, more: Partial<Entry> = {}): Entry => ({
  id: at,
  at: new Date(at),
  kind: "session",
  sites: ["face"],
  panelId: null,
  regimenId: "c",
  onS: 600,
  fluenceJCm2: { 660: 6 },
  totalJCm2: 6,
  confirmed: true,
  how: "ended",
  endReason: "completed",
  early: false,
  state: "synced",
  ...more,
});
const now = new Date("2026-11-20T12:00:00Z");

describe("progress", () => {
  it("takes a session for the local day it began on", () => {
    const late = entry("2026-11-16T03:00:00Z");
    expect(figuresOf(course, [late], [], now, "UTC").adherence).toMatchObject({ planned: 4, kept: 1 });
    expect(figuresOf(course, [late], [], now, "America/New_York").adherence).toMatchObject({ planned: 4, kept: 0, extra: 1 });
  });

  it("shows only the course's own light and ratings", () => {
    const rating = (aim: string, value: number, at: string): Row<"rating"> => ({ ...course, entity: "rating", id: at, body: { aim, value, at, note: "" } });
    const figures = figuresOf(
      course,
      [entry("2026-11-16T10:00:00Z"), entry("2026-11-17T10:00:00Z", { regimenId: null })],
      [rating("fine_lines", 4, "2026-11-16T10:00:00Z"), rating("blemishes", 9, "2026-11-17T10:00:00Z")],
      now,
      "UTC",
    );
    expect(figures.weeks.at(-1)).toMatchObject({ sessions: 1, fluenceJCm2: 6 });
    expect(figures.ratings).toEqual([{ date: "2026-11-16", value: 4 }]);
    expect(figuresOf(null, [entry("2026-11-16T10:00:00Z"), entry("2026-11-17T10:00:00Z", { regimenId: null })], [], now, "UTC").weeks.at(-1)?.sessions).toBe(2);
  });

  it("reckons the doses of the weeks it shows alone, in each zone", () => {
    const asked: string[] = [];
    const reckoned = (at: string): Entry => Object.defineProperty(entry(at), "totalJCm2", { get: () => asked.push(at) });
    const all = ["2026-08-28T11:00:00Z", "2026-08-27T11:00:00Z", "2026-08-26T11:00:00Z", "2026-02-01T11:00:00Z"];
    const long = { ...course, body: { ...course.body, started_on: "2026-01-01", days: [0, 1, 2, 3, 4, 5, 6] } };
    for (const zone of ["UTC", "Pacific/Kiritimati", "Pacific/Niue"]) {
      expect(figuresOf(long, all.map(reckoned), [], new Date("2026-11-20T11:00:00Z"), zone).adherence).toMatchObject({ kept: 1 });
    }
    expect(new Set(asked)).toEqual(new Set(all.slice(0, 2)));
  });

  it("says adherence in words", () => {
    expect(adherenceWords({ planned: 9, kept: 8, extra: 0 })).toBe("8 of 9 planned days");
    expect(adherenceWords({ planned: 0, kept: 0, extra: 1 })).toBe("No planned day has passed yet, and 1 more besides");
  });
});
