import { placeNames } from "../places";
import { order } from "../../domain/order";
import type { Row } from "../../store/entities";
import { EVERYWHERE, allQuestions, type Question } from "./questions";

/** One set of answers, as it was given. */
export interface Given {
  id: string;
  at: string;
  /** What applied, each with its question; empty: nothing of these. */
  said: readonly Said[];
  /** What was answered otherwise before; null for the first set. */
  changed: readonly string[] | null;
}
interface Said {
  question: string;
  answer: string;
}

function answerWords(question: Question, answer: unknown): string {
  if (answer === true) return "Yes";
  if (!Array.isArray(answer) || answer.length === 0) return "";
  const ids = answer as string[];
  if (question.kind === "options") return ids.map((id) => question.options?.find((option) => option.id === id)?.words ?? id).join("; ");
  return ids.includes(EVERYWHERE) ? "Everywhere, or not sure" : placeNames(ids);
}

export const saidIn = (answers: Readonly<Record<string, unknown>>): Said[] =>
  allQuestions
    .map((question) => ({ question: question.words, answer: answerWords(question, answers[question.id]) }))
    .filter((said) => said.answer !== "");

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));
const sorted = (answer: unknown): unknown => (Array.isArray(answer) ? [...(answer as string[])].sort() : (answer ?? false));

/** Every set of answers that was given, the newest first: nothing is written over. */
export function givenOver(rows: readonly Row<"screening">[]): Given[] {
  const newestFirst = [...rows].sort((a, b) => Date.parse(b.body.answered_at) - Date.parse(a.body.answered_at) || order(b.id, a.id));
  return newestFirst.map((row, index) => {
    const before = newestFirst[index + 1]?.body.answers;
    const changed = before ? allQuestions.filter((one) => differ(one.id in before ? before[one.id] : [], row.body.answers[one.id] ?? [])) : null;
    return { id: row.id, at: row.body.answered_at, said: saidIn(row.body.answers), changed: changed?.map((one) => one.words) ?? null };
  });
}
