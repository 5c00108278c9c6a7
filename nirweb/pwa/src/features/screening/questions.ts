import data from "@data/screening/questions.json";

export interface Option {
  id: string;
  words: string;
  help: string;
  /** Medicines of this class, by their own names. */
  names: readonly string[];
}
export interface Question {
  id: string;
  step: string;
  kind: "yes_no" | "options" | "sites";
  words: string;
  help: string;
  options?: readonly Option[];
  everywhere?: boolean;
}
export interface Step {
  id: string;
  title: string;
  none: string;
  questions: readonly Question[];
}
export type Answer = boolean | string[];
export type Answers = Readonly<Record<string, Answer>>;

export const EVERYWHERE = "everywhere";
export const VERSION = data.version;

export const allQuestions = data.questions as readonly Question[];
export const steps: readonly Step[] = data.steps.map((step) => ({
  ...step,
  questions: allQuestions.filter((question) => question.step === step.id),
}));
export const questionOf = (id: string): Question | undefined => allQuestions.find((question) => question.id === id);

/** Of a question about places: yes is open as soon as it is said, before any place is marked. */
export interface Draft {
  answers: Answers;
  opened: readonly string[];
  /** Steps answered with "none of these". */
  none: readonly string[];
}
export const empty: Draft = { answers: {}, opened: [], none: [] };

const applies = (answer: Answer | undefined): boolean => (Array.isArray(answer) ? answer.length > 0 : answer === true);

export function anyIn(step: Step, draft: Draft): boolean {
  return step.questions.some((question) => applies(draft.answers[question.id]) || draft.opened.includes(question.id));
}

/** Places are still to be marked for a yes. */
export const missingPlaces = (step: Step, draft: Draft): readonly Question[] =>
  step.questions.filter((question) => draft.opened.includes(question.id) && !applies(draft.answers[question.id]));

export const stepDone = (step: Step, draft: Draft): boolean =>
  draft.none.includes(step.id) || (anyIn(step, draft) && missingPlaces(step, draft).length === 0);

export function withNone(step: Step, draft: Draft, none: boolean): Draft {
  const inStep = new Set(step.questions.map((question) => question.id));
  const kept = Object.fromEntries(Object.entries(draft.answers).filter(([id]) => !inStep.has(id)));
  const others = draft.none.filter((id) => id !== step.id);
  return none
    ? { answers: kept, opened: draft.opened.filter((id) => !inStep.has(id)), none: [...others, step.id] }
    : { ...draft, none: others };
}

export function withAnswer(question: Question, draft: Draft, answer: Answer): Draft {
  return {
    ...draft,
    answers: { ...draft.answers, [question.id]: answer },
    none: draft.none.filter((id) => id !== question.step),
  };
}

export function withOpened(question: Question, draft: Draft, open: boolean): Draft {
  const others = draft.opened.filter((id) => id !== question.id);
  const answers = { ...draft.answers, [question.id]: [] };
  return { answers, opened: open ? [...others, question.id] : others, none: draft.none.filter((id) => id !== question.step) };
}

/** The other way round, so that going through the questions again begins with what was said before. */
export function draftFrom(answers: Readonly<Record<string, unknown>>): Draft {
  const known: Record<string, Answer> = {};
  const opened: string[] = [];
  for (const question of allQuestions) {
    const answer = answers[question.id];
    if (typeof answer !== "boolean" && !Array.isArray(answer)) continue;
    known[question.id] = answer as Answer;
    if (question.kind === "sites" && applies(answer as Answer)) opened.push(question.id);
  }
  const draft: Draft = { answers: known, opened, none: [] };
  const answered = (step: Step): boolean => step.questions.every((question) => question.id in known);
  return { ...draft, none: steps.filter((step) => answered(step) && !anyIn(step, draft)).map((step) => step.id) };
}

/** Every question answered: what was not marked does not apply. */
export function complete(draft: Draft): Record<string, Answer> {
  return Object.fromEntries(
    allQuestions.map((question) => [question.id, draft.answers[question.id] ?? (question.kind === "yes_no" ? false : [])]),
  );
}
