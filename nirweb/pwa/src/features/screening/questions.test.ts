import { expect, test } from "vitest";
import { complete, draftFrom, empty, missingPlaces, questionOf, stepDone, steps, withAnswer, withNone, withOpened, type Question } from "./questions";

const of = (id: string): Question => {
  const question = questionOf(id);
  if (!question) throw new Error(id);
  return question;
};
const stepOf = (question: Question) => {
  const step = steps.find((one) => one.id === question.step);
  if (!step) throw new Error(question.step);
  return step;
};

test("it takes no step for answered before something is said", () => {
  for (const step of steps) expect(stepDone(step, empty)).toBe(false);
  let draft = empty;
  for (const step of steps) draft = withNone(step, draft, true);
  for (const step of steps) expect(stepDone(step, draft)).toBe(true);
});

test("it asks where, when the answer is about places", () => {
  const cancer = of("cancer_now");
  const step = stepOf(cancer);
  let draft = withOpened(cancer, empty, true);
  expect(missingPlaces(step, draft)).toEqual([cancer]);
  expect(stepDone(step, draft)).toBe(false);
  draft = withAnswer(cancer, draft, ["chest"]);
  expect(stepDone(step, draft)).toBe(true);
  expect(withOpened(cancer, draft, false).answers.cancer_now).toEqual([]);
});

test("it lets none of these and an answer never stand together", () => {
  const pregnant = of("pregnant");
  const step = stepOf(pregnant);
  let draft = withNone(step, empty, true);
  draft = withAnswer(pregnant, draft, true);
  expect(draft.none).not.toContain(step.id);
  draft = withNone(step, draft, true);
  expect(draft.answers.pregnant).toBeUndefined();
});

test("it answers every question, and begins again with what was said", () => {
  let draft = empty;
  for (const step of steps) draft = withNone(step, draft, true);
  draft = withAnswer(of("medicine_phototoxic"), draft, ["amiodarone"]);
  const answers = complete(draft);
  expect(Object.keys(answers).length).toBe(steps.flatMap((step) => step.questions).length);
  expect(answers.pregnant).toBe(false);
  expect(complete(draftFrom(answers))).toEqual(answers);
  for (const step of steps) expect(stepDone(step, draftFrom(answers))).toBe(true);
});
