/** The health questions: what is asked, as `sessions_app/screening/questionnaire.py`. */

import data from "@data/screening/questions.json";
import { SITES } from "./sites";

export type Outcome = "free" | "info" | "caution" | "clinician" | "block";
export const EVERYWHERE = "everywhere";

export interface Option {
  id: string;
  words: string;
  inside: string;
  names: readonly string[];
  atc: readonly string[];
  help: string;
}

/** All that is given must hold. */
export interface When {
  sites?: readonly string[];
  where?: "at" | "near";
  below_nm?: number;
  visible_pulse_below_hz?: number;
}

export interface Rule {
  when?: When;
  outcome: Outcome;
  sentence: string;
  source: string;
  asks: string;
}

export interface Question {
  id: string;
  step: string;
  kind: "yes_no" | "options" | "sites";
  words: string;
  help: string;
  lasts: "until_changed" | "today";
  lapsed?: string;
  options?: readonly Option[];
  everywhere?: boolean;
  needs_guardian?: boolean;
  rules: readonly Rule[];
}

export interface Questionnaire {
  version: number;
  accepts: readonly number[];
  valid_days: number;
  steps: readonly { id: string; title: string; none: string }[];
  sources: Readonly<Record<string, { name: string; cite: string; url: string }>>;
  questions: readonly Question[];
}

export const QUESTIONNAIRE = data as Questionnaire;

/** Why this is no answer to the question, in words; empty when it is one. */
export function faultOf(question: Question, answer: unknown): string {
  if (question.kind === "yes_no") return typeof answer === "boolean" ? "" : "Answer yes or no.";
  if (!Array.isArray(answer) || !answer.every((one): one is string => typeof one === "string")) return "Choose from the list, or none of it.";
  const allowed = new Set(question.kind === "options" ? (question.options ?? []).map((option) => option.id) : SITES.keys());
  if (question.everywhere) allowed.add(EVERYWHERE);
  const stranger = answer.find((one) => !allowed.has(one));
  if (stranger !== undefined) return `'${stranger}' is not in the list.`;
  return new Set(answer).size === answer.length ? "" : "Each choice only once.";
}

/** The answers of a person to whom nothing applies. */
export const nothingOfThese = (): Record<string, boolean | string[]> =>
  Object.fromEntries(QUESTIONNAIRE.questions.map((question) => [question.id, question.kind === "yes_no" ? false : []]));
