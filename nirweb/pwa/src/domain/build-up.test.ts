import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/build_up.json";
import { minutesAt, signOf, stepOf, type Noted } from "./build-up";

test.each(vectors.cases)("D41 it rises week by week: $name", (given) => {
  const step = stepOf(vectors.plan, vectors.started_on, given.today, given.done, given.noted as Noted[]);
  expect(step).toEqual({ rises: given.rises, of: vectors.plan.weeks, share_pct: given.share_pct, held: given.held });
});
test.each(vectors.minutes)("D40 it gives $share_pct % of $minutes min", (given) => {
  expect(minutesAt(given.minutes, given.share_pct)).toBeCloseTo(given.expect, 9);
});
test.each(vectors.signs)("D42 D43 it reads a check-in: $sign", ({ sign, ...given }) => {
  expect(signOf(given)).toBe(sign);
});
