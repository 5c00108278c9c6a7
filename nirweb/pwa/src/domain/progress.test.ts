import { describe, expect, it } from "vitest";
import { adherence, change, plannedDates, ratingsByDay, weekdayOf, weekOf, weeks, type Course, type Done } from "./progress";

const course: Course = { id: "c", days: [0, 2, 4], startedOn: "2026-11-02", endedOn: null };
const done = (date: string, more: Partial<Done> = {}): Done => ({
  date,
  regimenId: "c",
  sites: ["face"],
  minutes: 10,
  fluenceJCm2: 6,
  confirmed: true,
  ...more,
});

describe("planned days", () => {
  it("knows the weekday and the week of a date, over a change of the clocks too", () => {
    expect(weekdayOf("2026-11-22")).toBe(6);
    expect(weekOf("2026-11-22")).toBe("2026-11-16");
    expect(weekOf("2026-03-29")).toBe("2026-03-23");
    expect(weekOf("2027-01-01")).toBe("2026-12-28");
  });

  it("counts only days within the course", () => {
    expect(plannedDates(course, "2026-10-26", "2026-11-06")).toEqual(["2026-11-02", "2026-11-04", "2026-11-06"]);
    expect(plannedDates({ ...course, endedOn: "2026-11-04" }, "2026-11-01", "2026-11-30")).toEqual(["2026-11-02", "2026-11-04"]);
  });
});

describe("adherence", () => {
  it("does not count today against the person before the day is over", () => {
    expect(adherence(course, [], "2026-11-02", "2026-11-04")).toEqual({ planned: 1, kept: 0, extra: 0 });
    expect(adherence(course, [done("2026-11-04")], "2026-11-02", "2026-11-04")).toEqual({ planned: 2, kept: 1, extra: 0 });
  });

  it("counts two sessions on a day once, and others' sessions not at all", () => {
    const all = [done("2026-11-02"), done("2026-11-02"), done("2026-11-03"), done("2026-11-04", { regimenId: "other" })];
    expect(adherence(course, all, "2026-11-02", "2026-11-06")).toEqual({ planned: 2, kept: 1, extra: 1 });
  });
});

describe("weeks", () => {
  it("adds up each site for itself, and shows the one with the most", () => {
    const all = [done("2026-11-16"), done("2026-11-18", { sites: ["face", "neck"], fluenceJCm2: 4 }), done("2026-11-20", { sites: ["neck"], fluenceJCm2: 1 })];
    const [before, now] = weeks(all, "2026-11-22", 2, null);
    expect(before).toMatchObject({ monday: "2026-11-09", sessions: 0, fluenceJCm2: null, partlyUnknown: false });
    expect(now).toMatchObject({ monday: "2026-11-16", sessions: 3, minutes: 30, fluenceJCm2: 10 });
    expect(weeks(all, "2026-11-22", 1, "neck")[0]).toMatchObject({ sessions: 2, fluenceJCm2: 5 });
  });

  it("says when some of the light has no known dose, and never takes it for zero", () => {
    expect(weeks([done("2026-11-16", { fluenceJCm2: null })], "2026-11-22", 1, null)[0]).toMatchObject({ fluenceJCm2: null, partlyUnknown: true });
    expect(weeks([done("2026-11-16"), done("2026-11-17", { fluenceJCm2: null })], "2026-11-22", 1, null)[0]).toMatchObject({
      fluenceJCm2: 6,
      partlyUnknown: true,
    });
  });

  it("is confirmed only if all of it is", () => {
    expect(weeks([done("2026-11-16"), done("2026-11-17", { confirmed: false })], "2026-11-22", 1, null)[0]?.confirmed).toBe(false);
  });
});

describe("ratings", () => {
  it("keeps a day's last rating", () => {
    expect(ratingsByDay([{ date: "2026-11-02", value: 3 }, { date: "2026-11-01", value: 5 }, { date: "2026-11-02", value: 4 }])).toEqual([
      { date: "2026-11-01", value: 5 },
      { date: "2026-11-02", value: 4 },
    ]);
  });

  it("compares only when first and last ratings do not overlap", () => {
    const points = [2, 3, 4, 6, 7].map((value, index) => ({ date: `2026-11-0${index + 1}`, value }));
    expect(change(points)).toBeNull();
    expect(change([...points, { date: "2026-11-06", value: 8 }])).toEqual({ before: 3, after: 7 });
  });
});
