import { describe, expect, test } from "vitest";
import ceilings from "../../../../tests/vectors/ceilings.json";
import decisions from "../../../../tests/vectors/decision.json";
import holds from "../../../../tests/vectors/holds.json";
import limits from "../../../../tests/vectors/limits.json";
import screening from "../../../../tests/vectors/screening.json";
import { forbid as forbidByCeilings, roomJCm2 } from "./ceilings";
import { decide } from "./decision";
import { forbid as forbidByHolds, inForce } from "./holds";
import { POLICY } from "./limits";
import { nothingOfThese } from "./questionnaire";
import { judge } from "./screening";
import type { Agreed, Answered, Channel, CheckIn, Exposure, Moment, Person, Reason, Release, Wish } from "./values";

type Json = Record<string, unknown>;
interface Told {
  code: string;
  about: string;
  lifts_at: string | null;
  sentence?: string;
}

const at = (text: string): Moment => Date.parse(text);
const moment = (text: unknown): Moment | null => (typeof text === "string" ? at(text) : null);
const answersOf = (changes: Json): Json =>
  Object.fromEntries(Object.entries({ ...nothingOfThese(), ...changes }).filter(([, answer]) => answer !== null));
const timed = (given: Json, ...keys: string[]): unknown => ({ ...given, ...Object.fromEntries(keys.map((key) => [key, moment(given[key])])) });
const answeredOf = (given: Json, changes: Json): Answered => ({
  ...(timed(given, "answered_at", "stored_at") as Answered),
  answers: answersOf(changes),
  since: Object.fromEntries(Object.entries((given["since"] ?? {}) as Record<string, string>).map(([id, since]) => [id, at(since)])),
});
const agreedOf = (given: Json): Agreed => timed(given, "recorded_at") as Agreed;
const exposureOf = (given: Json): Exposure => timed(given, "ended_at") as Exposure;
const channelOf = (given: Json): Channel => {
  const points = given["irradiance"] as [number, number][];
  return { ...given, irradiance: points.map(([distance_cm, irradiance_mw_cm2]) => ({ distance_cm, irradiance_mw_cm2 })) } as unknown as Channel;
};
const checkinOf = (given: Json): CheckIn => timed(given, "at", "stored_at") as CheckIn;
const releaseOf = (given: Json): Release => timed(given, "at") as Release;

function expectReasons(reasons: readonly Reason[], expected: readonly Told[]): void {
  const told = reasons.map((reason, index) => ({
    code: reason.code,
    about: reason.about,
    lifts_at: reason.lifts_at,
    ...(expected[index]?.sentence === undefined ? {} : { sentence: reason.sentence }),
  }));
  expect(told).toEqual(expected.map((one) => ({ ...one, lifts_at: moment(one.lifts_at) })));
}

describe("ceilings", () => {
  test.each(ceilings.cases)("it keeps to them: $name", (given) => {
    const history = (given.history as Json[]).map(exposureOf);
    const inUse = { ...POLICY, ...("limits" in given ? given.limits : {}) };
    expectReasons(forbidByCeilings(given.asked, history, at(ceilings.now), inUse), given.expect);
    expect(roomJCm2(given.asked.sites, history, at(ceilings.now), inUse)).toBeCloseTo(given.room_j_cm2, 9);
  });
  test("it has the server's limits", () => {
    expect(limits).toMatchObject({ ...POLICY });
  });
  test.each([Number.NaN, Number.POSITIVE_INFINITY])("it refuses %s anywhere", (odd) => {
    const asked = { session_id: "s1", sites: ["chest"], duration_s: 60, fluence_j_cm2: 1 };
    const past = { session_id: "h1", sites: ["face"], ended_at: at("2026-05-03T02:00:00Z"), on_s: 60, fluence_j_cm2: 1 };
    const codes = (...args: Parameters<typeof forbidByCeilings>): string[] => forbidByCeilings(...args).map((one) => one.code);
    expect(codes(asked, [past], at(ceilings.now))).toEqual([]);
    for (const key of ["ended_at", "on_s", "fluence_j_cm2"]) expect(codes(asked, [{ ...past, [key]: odd }], at(ceilings.now))).toEqual(["limit_missing"]);
    for (const key of ["duration_s", "fluence_j_cm2"]) expect(codes({ ...asked, [key]: odd }, [], at(ceilings.now))).toEqual(["limit_missing"]);
    for (const key of Object.keys(POLICY)) expect(codes(asked, [], at(ceilings.now), { ...POLICY, [key]: odd })).toEqual(["limit_missing"]);
    expect(codes(asked, [], odd)).toEqual(["limit_missing"]);
  });
});

describe("holds", () => {
  test.each(holds.cases)("it holds a place that reacted: $name", (given) => {
    const found = inForce((given.checkins as Json[]).map(checkinOf), (given.releases as Json[]).map(releaseOf), at(holds.now));
    expectReasons(forbidByHolds(given.sites, found, holds.zone), given.expect);
  });
});

interface ScreeningCase {
  row: string;
  answers: Json | null;
  sites: string[];
  wavelengths_nm: number[];
  pulse_hz?: number;
  agreements?: Json[];
  agreed?: string[];
  now?: string;
  lifts_at?: string;
  outcome: string;
}

function verdictOf(given: ScreeningCase) {
  const set = { version: 1, answered_at: screening.answered_at, stored_at: null, since: {}, ...given };
  const agreements = (given.agreements ?? []).map(agreedOf);
  for (const question_id of given.agreed ?? []) agreements.push({ question_id, agreed_on: screening.now.slice(0, 10), recorded_at: at(screening.now) });
  const light = { sites: given.sites, wavelengths_nm: given.wavelengths_nm, pulse_hz: given.pulse_hz ?? null };
  const answered = given.answers === null ? null : answeredOf(set, given.answers);
  return judge(answered, agreements, light, at(given.now ?? screening.now), screening.zone);
}

describe("screening", () => {
  test.each(screening.cases as unknown as ScreeningCase[])("it judges $row of $sites at $wavelengths_nm: $outcome", (given) => {
    const verdict = verdictOf(given);
    expect(verdict.outcome).toBe(given.outcome);
    if (given.lifts_at) expect(verdict.findings.map((finding) => finding.lifts_at)).toEqual([at(given.lifts_at)]);
  });
  test.each(screening.sentences)("it says what an answer means: $answers", (given) => {
    expect(verdictOf({ ...given, row: "", outcome: "" }).findings).toMatchObject(given.findings);
  });
});

describe("decision", () => {
  test.each(decisions.cases as unknown as (Json & { name: string; reasons: Told[]; cautions: string[] })[])("it decides as the server does: $name", (given) => {
    const changes = { ...(given["person"] as Json | undefined) };
    const screeningGiven = "screening" in changes ? changes["screening"] : decisions.screening;
    const base = { ...decisions.person, ...changes } as unknown as Record<"agreements" | "history" | "checkins" | "releases", Json[]>;
    const person = {
      ...base,
      screening: screeningGiven === null ? null : answeredOf(screeningGiven as Json, (given["answers"] ?? {}) as Json),
      agreements: base.agreements.map(agreedOf),
      history: base.history.map(exposureOf),
      checkins: base.checkins.map(checkinOf),
      releases: base.releases.map(releaseOf),
    } as unknown as Person;
    const wish = { ...decisions.wish, ...(given["wish"] as Json | undefined) } as unknown as Wish;
    const channels = ((given["channels"] ?? decisions.channels) as Json[]).map(channelOf);
    const decision = decide(wish, channels, person, at((given["now"] as string | undefined) ?? decisions.now));
    expectReasons(decision.reasons, given.reasons);
    expect(decision.allowed).toBe(given.reasons.length === 0);
    if (!decision.allowed) {
      expect(decision.clearance).toBeNull();
      return;
    }
    expect(decision.cautions.map((caution) => caution.code)).toEqual(given.cautions);
    expect(decision.provenance).toBe(given["provenance"]);
    expect(decision.clearance).toEqual(given["clearance"]);
    const estimate = given["estimate_j_cm2"] as Record<string, number> | null;
    if (estimate === null) expect(decision.estimate_j_cm2).toBeNull();
    else for (const [nm, fluence] of Object.entries(estimate)) expect(decision.estimate_j_cm2?.[nm]).toBeCloseTo(fluence, 9);
  });
});
