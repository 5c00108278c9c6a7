import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/reminders.json";
import { occurrenceId } from "./occurrence";
import { stoppedEarly } from "./progress";
import { between, nextAfter } from "./schedule";

test.each(vectors.occurrences)("R2 an occurrence has the same id on phone and server: $day/$slot", async (given) => {
  expect(await occurrenceId(given.regimen_id, given.day, given.slot)).toBe(given.occurrence_id);
});

test.each(vectors.clock_changes)("R2 R6 around a change of clocks each day is due once: $name", async ({ plan, regimen_id, days }) => {
  const expected = days.map(({ day, due_at }) => ({ day, due_at: Date.parse(due_at) }));
  expect(between(plan, days[0]?.day ?? "", days.at(-1)?.day ?? "")).toEqual(expected);
  for (const [at, one] of expected.entries()) {
    expect(nextAfter(plan, one.due_at - 1)).toEqual(one);
    expect(nextAfter(plan, one.due_at)).toEqual(expected[at + 1] ?? expect.anything());
    expect(await occurrenceId(regimen_id, one.day)).toBe(days[at]?.occurrence_id);
  }
});

test.each(vectors.stopped_early)("R7 half of the planned time is the least that counts: $on_s s of $planned_s s", ({ on_s, planned_s, early }) => {
  expect(stoppedEarly(on_s, planned_s)).toBe(early);
});
