import { expect, test } from "vitest";
import type { Regimen, Row } from "../../store/entities";
import type { Entry } from "../log/entries";
import { coursesToday, dueByNow, greeting, unasked, weekOf } from "./day";

const zone = "Europe/Berlin";
// a Sunday
const now = new Date("2026-11-22T18:00:00Z");
const regimen = (id: string, part: Partial<Regimen> = {}): Row<"regimen"> => ({
  entity: "regimen",
  id,
  body: {
    aim: "fine_lines",
    sites: ["face"],
    panel_id: null,
    wavelengths: {},
    days: [6, 2],
    local_time: "20:00",
    minutes: 10,
    distance_cm: 20,
    studied: null, build_up: null,
    started_on: "2026-11-01",
    ended_on: null,
    ...part,
  },
  state: "synced",
  copyOf: null,
  supersededBy: null,
});
const entry = (at: string, part: Partial<Entry> = {}): Entry => ({
  id: `e-${at}`,
  at: new Date(at),
  kind: "session",
  sites: ["face"],
  panelId: null,
  regimenId: null,
  onS: 600,
  fluenceJCm2: {},
  totalJCm2: null,
  confirmed: true,
  how: "ended",
  endReason: "completed",
  early: false,
  state: "synced",
  ...part,
});

test("R7 a session that was begun and stopped early is not done, and said", () => {
  const stopped = entry("2026-11-22T17:00:00Z", { onS: 4, early: true, regimenId: "a" });
  const [one] = coursesToday([regimen("a")], [stopped], now, zone);
  expect([one?.due, one?.done, one?.begun?.id]).toEqual([true, null, stopped.id]);
  expect(weekOf([], [stopped], now, zone).some((day) => day.done)).toBe(false);
  const whole = entry("2026-11-22T17:30:00Z", { regimenId: "a" });
  expect(coursesToday([regimen("a")], [whole, stopped], now, zone)[0]?.done?.id).toBe(whole.id);
});

test("it shows what is due today first, and when the others come", () => {
  const [first, second] = coursesToday([regimen("b", { days: [0] }), regimen("a")], [], now, zone);
  expect([first?.row.id, first?.due, first?.done, first?.next?.day]).toEqual(["a", true, null, "2026-11-25"]);
  expect([second?.row.id, second?.due, second?.next?.at.toISOString()]).toEqual(["b", false, "2026-11-23T19:00:00.000Z"]);
});

test("it counts a session of the course, or one on its places, but not another course's", () => {
  const done = (part: Partial<Entry>) => coursesToday([regimen("a")], [entry("2026-11-22T10:00:00Z", part)], now, zone)[0]?.done?.id;
  expect(done({ regimenId: "a", sites: ["neck"] })).toBeTruthy();
  expect(done({})).toBeTruthy();
  expect(done({ sites: ["neck"] })).toBeUndefined();
  expect(done({ regimenId: "other" })).toBeUndefined();
});

test("it tells a day by the person's zone", () => {
  const late = entry("2026-11-21T23:30:00Z");
  expect(coursesToday([regimen("a")], [late], now, zone)[0]?.done).not.toBeNull();
  expect(coursesToday([regimen("a")], [late], now, "UTC")[0]?.done).toBeNull();
  expect(greeting(now, zone)).toBe("Good evening");
  expect(greeting(now, "Asia/Tokyo")).toBe("Good night");
});

test("it leaves ended courses out and draws the week from Monday", () => {
  const courses = coursesToday([regimen("a"), regimen("x", { ended_on: "2026-11-20" })], [], now, zone);
  expect(courses).toHaveLength(1);
  const week = weekOf(courses, [entry("2026-11-18T10:00:00Z")], now, zone);
  expect(week.map((day) => day.date)[0]).toBe("2026-11-16");
  expect(week.map((day) => day.planned)).toEqual([false, false, true, false, false, false, true]);
  expect(week.map((day) => day.done)).toEqual([false, false, true, false, false, false, false]);
  expect(week[6]?.today).toBe(true);
});

test("it asks how the last session was, once, and only while it can be felt", () => {
  const fresh = entry("2026-11-22T10:00:00Z");
  const checkin = (session_id: string | null, at: string) => ({ body: { session_id, at } }) as Row<"checkin">;
  expect(unasked([fresh], [], now)).toBe(fresh);
  expect(unasked([fresh], [checkin(fresh.id, "2026-11-22T10:30:00Z")], now)).toBeNull();
  expect(unasked([fresh], [checkin(null, "2026-11-22T09:00:00Z")], now)).toBe(fresh);
  expect(unasked([entry("2026-11-19T10:00:00Z")], [], now)).toBeNull();
});

test("the icon counts what is due by now: not what is done, not what is for later today", () => {
  const at = new Date("2026-11-22T18:00:00Z"); // 19:00 in Berlin
  const count = (part: Partial<Regimen>, entries: Entry[] = []): number => dueByNow(coursesToday([regimen("a", part)], entries, at, zone), at, zone);
  expect(count({ local_time: "18:30" })).toBe(1);
  expect(count({ local_time: "20:00" })).toBe(0);
  expect(count({ local_time: "" })).toBe(1);
  expect(count({ days: [0] })).toBe(0);
  expect(count({ local_time: "18:30" }, [entry("2026-11-22T17:45:00Z")])).toBe(0);
});
