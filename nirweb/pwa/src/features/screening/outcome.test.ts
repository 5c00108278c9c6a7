import { expect, test } from "vitest";
import type { Row } from "../../store/entities";
import { nothingOfThese } from "../../domain/questionnaire";
import { agreeable, agreedFrom, answeredFrom, gravestFirst, verdictOn, questionsDue } from "./outcome";
import { steps, VERSION } from "./questions";

const row = (id: string, answered_at: string, answers: Record<string, boolean | string[]> = {}): Row<"screening"> => ({
  entity: "screening",
  id,
  body: { questionnaire_version: 1, answers: { ...nothingOfThese(), ...answers }, answered_at },
  state: "synced",
  copyOf: null,
  supersededBy: null,
});
const asked = { sites: ["face", "abdomen"], wavelengthsNm: [660, 850], now: new Date("2026-03-10T12:00:00Z"), zone: "Europe/Berlin" };

test("it judges by the newest answers, and by none when there are none", () => {
  const older = row("01", "2026-03-01T08:00:00Z", { pregnant: true });
  const newer = row("02", "2026-03-09T08:00:00Z");
  expect(verdictOn(answeredFrom([older, newer]), [], asked).outcome).toBe("free");
  expect(verdictOn(answeredFrom([older]), [], asked).outcome).toBe("block");
  expect(verdictOn(answeredFrom([]), [], asked).outcome).toBe("missing");
});

test("it shows the gravest first and offers an agreement once for each answer", () => {
  const verdict = verdictOn(answeredFrom([row("01", "2026-03-09T08:00:00Z", { pregnant: true, lupus: true })]), [], asked);
  const findings = gravestFirst(verdict.findings);
  expect(findings[0]?.outcome).toBe("block");
  expect(agreeable(verdict.findings).map((one) => one.questionId).sort()).toEqual(["lupus", "pregnant"]);
});

test("it lets an agreement from before a changed answer count no more", () => {
  // ids of version 7 carry their time: the agreement was recorded on 5 March
  const agreement: Row<"agreement"> = {
    entity: "agreement",
    id: `${Date.parse("2026-03-05T08:00:00Z").toString(16).padStart(12, "0").replace(/^(.{8})/, "$1-")}-7000-8000-000000000000`,
    body: { question_id: "lupus", agreed_on: "2026-03-05", clinician_note: "" },
    state: "synced",
    copyOf: null,
    supersededBy: null,
  };
  const said = (at: string, lupus: boolean): Row<"screening"> => row(at, at, { lupus });
  const steady = answeredFrom([said("2026-03-01T08:00:00Z", true)]);
  expect(verdictOn(steady, agreedFrom([agreement]), asked).outcome).toBe("caution");
  const turned = answeredFrom([said("2026-03-01T08:00:00Z", true), said("2026-03-06T08:00:00Z", false), said("2026-03-09T08:00:00Z", true)]);
  expect(verdictOn(turned, agreedFrom([agreement]), asked).outcome).toBe("clinician");
});

test.each([
  ["2026-07-30T09:59:59Z", 0, false],
  ["2026-07-30T10:00:00Z", 0, true],
  ["2026-05-01T10:00:01Z", 1, true],
])("it asks again when 90 days are over, or the questions are others: %s, version + %i", (today, newer, due) => {
  const answers = Object.fromEntries(steps.flatMap((step) => step.questions.map((one) => [one.id, one.kind === "yes_no" ? false : []])));
  const rows = [{ id: "a", body: { questionnaire_version: VERSION + newer, answers, answered_at: "2026-05-01T10:00:00Z" } }];
  expect(questionsDue(rows as unknown as Row<"screening">[], new Date(today), "Europe/Berlin")).toBe(due);
});
