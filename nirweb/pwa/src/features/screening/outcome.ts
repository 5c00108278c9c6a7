import { order as inOrder } from "../../domain/order";
import { judge, type Finding, type Verdict } from "../../domain/screening";
import type { Agreed, Answered } from "../../domain/values";
import { madeAt } from "../../domain/uuid7";
import type { Row, Screening } from "../../store/entities";
import { questionOf } from "./questions";

const momentOf = (text: string): number => Date.parse(text);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (answer: unknown): unknown => (Array.isArray(answer) ? [...(answer as string[])].sort() : answer);

/** The newest answers; for each question since when it has been answered just so, where it was answered otherwise before. */
export function answeredFrom(rows: readonly Row<"screening">[]): Answered | null {
  const byTime = [...rows].sort((a, b) => momentOf(b.body.answered_at) - momentOf(a.body.answered_at) || inOrder(b.id, a.id));
  const newest = byTime[0]?.body;
  if (!newest) return null;
  const since: Record<string, number> = {};
  for (const id of Object.keys(newest.answers)) {
    const at = sinceOf(id, byTime.map((row) => row.body));
    if (at !== null) since[id] = at;
  }
  return { version: newest.questionnaire_version, answers: newest.answers, answered_at: momentOf(newest.answered_at), stored_at: null, since };
}

/** Null where it was never answered otherwise. */
function sinceOf(id: string, newestFirst: readonly Screening[]): number | null {
  const [newest, ...older] = newestFirst;
  if (!newest) return null;
  let since = momentOf(newest.answered_at);
  for (const one of older) {
    if (!same(one.answers[id], newest.answers[id])) return since;
    since = momentOf(one.answered_at);
  }
  return null;
}

/** When it was recorded is read from its id, which holds the time it was made. */
export const agreedFrom = (rows: readonly Row<"agreement">[]): Agreed[] =>
  rows.map((row) => ({ question_id: row.body.question_id, agreed_on: row.body.agreed_on, recorded_at: madeAt(row.id) ?? 0 }));

export interface Asked {
  sites: readonly string[];
  wavelengthsNm: readonly number[];
  now: Date;
  zone: string;
}

export const verdictOn = (answered: Answered | null, agreed: readonly Agreed[], asked: Asked): Verdict =>
  judge(answered, agreed, { sites: asked.sites, wavelengths_nm: asked.wavelengthsNm, pulse_hz: null }, asked.now.getTime(), asked.zone);

const graver = (a: Finding, b: Finding): number => order.indexOf(a.outcome) - order.indexOf(b.outcome);
const order: readonly Finding["outcome"][] = ["block", "clinician", "caution", "info", "free"];
export const gravestFirst = (findings: readonly Finding[]): Finding[] => [...findings].sort(graver);

/** What may be agreed to: the answers that need a clinician's word, each once. */
export function agreeable(findings: readonly Finding[]): { questionId: string; words: string; asks: string }[] {
  const open = findings.filter((finding) => finding.outcome === "clinician");
  const ids = [...new Set(open.map((finding) => finding.question_id))];
  return ids.map((id) => ({
    questionId: id,
    words: questionOf(id)?.words ?? id,
    asks: open.find((finding) => finding.question_id === id)?.asks ?? "",
  }));
}

/** Whether the questions have to be gone through again: their answers are too old, or the questions are others now. */
export function questionsDue(rows: readonly Row<"screening">[], now: Date, zone: string): boolean {
  const { outcome } = verdictOn(answeredFrom(rows), [], { sites: [], wavelengthsNm: [], now, zone });
  return outcome === "due" || outcome === "incomplete";
}
