import { expect, test } from "vitest";
import exposures from "../../../../tests/vectors/exposures.json";
import { answeredOf, ofLog, ofSession, personOf, type KeptRecords } from "./person";
import { nothingOfThese } from "./questionnaire";
import { uuid7 } from "./uuid7";

const NOW = Date.parse("2026-05-03T12:00:00Z");
const HOUR = 3_600_000;
const iso = (moment: number): string => new Date(moment).toISOString();
const idOf = (moment: number): string => uuid7(moment, new Uint8Array(10));
const nothing: KeptRecords = { screening: [], agreement: [], session: [], session_log: [], checkin: [], hold_release: [] };
const own = { person_id: "p1", zone: "Europe/Berlin", phototype: null, guardian: false };
const answered = (hoursAgo: number, answers: Record<string, unknown>) => ({
  id: idOf(NOW - hoursAgo * HOUR),
  body: { questionnaire_version: 1, answers: { ...nothingOfThese(), ...answers }, answered_at: iso(NOW - hoursAgo * HOUR) },
});
const session = {
  sites: ["chest"],
  planned: { duration_s: 600, levels_pct: { 660: 50 } },
  state: "ended",
  started_at: iso(NOW - HOUR),
  ended_at: iso(NOW - HOUR / 2),
  delivered: { 660: { on_s: 600, full_level_s: 300, fluence_j_cm2: 9 }, 850: { on_s: 0, full_level_s: 0, fluence_j_cm2: null } },
};

test("it takes the newest answers, and since when each was given", () => {
  const found = answeredOf([answered(3, {}), answered(1, { lupus: true }), answered(2, { lupus: true, pregnant: true })]);
  expect(found?.answers["lupus"]).toBe(true);
  expect(found?.since).toEqual({ lupus: NOW - 2 * HOUR, pregnant: NOW - HOUR });
  expect(answeredOf([])).toBeNull();
});

test.each(exposures.cases)("D1 it counts a session as the server does: $name", ({ session: given, counts, exposure }) => {
  const body = { ...session, ...given, sites: exposures.sites, counts };
  const expected = exposure && { ...exposure, session_id: "s", sites: exposures.sites, ended_at: Date.parse(exposure.ended_at) };
  expect(ofSession({ id: "s", body }, Date.parse(exposures.now))).toEqual(expected ? [expected] : []);
});

test("it counts what a session delivered, and an open one as planned, also as an older server tells it", () => {
  const open = { ...session, state: "running", started_at: iso(NOW), ended_at: null, delivered: {} };
  const unlit = { ...session, delivered: {} };
  const { history } = personOf({ ...nothing, session: [session, open, unlit].map((body, index) => ({ id: `s${index}`, body })) }, own, NOW);
  expect(history).toEqual([
    { session_id: "s0", sites: ["chest"], ended_at: NOW - HOUR / 2, on_s: 600, fluence_j_cm2: 9 },
    { session_id: "s1", sites: ["chest"], ended_at: NOW + 600_000, on_s: 600, fluence_j_cm2: null },
  ]);
});

test("it counts a log by what was written", () => {
  const body = { sites: ["face"], started_at: iso(NOW - HOUR), duration_s: 600, levels_pct: { 660: 50, 850: 0 }, irradiance_mw_cm2: { 660: 40 } };
  expect(ofLog({ id: "l1", body })).toEqual({ session_id: "log l1", sites: ["face"], ended_at: NOW - HOUR + 600_000, on_s: 600, fluence_j_cm2: 12 });
  expect(ofLog({ id: "l1", body: { ...body, levels_pct: null } }).fluence_j_cm2).toBe(24);
  expect(ofLog({ id: "l1", body: { ...body, irradiance_mw_cm2: null } }).fluence_j_cm2).toBeNull();
  expect(ofLog({ id: "l1", body: { ...body, levels_pct: { 660: 50, 850: 10 } } }).fluence_j_cm2).toBeNull();
});
