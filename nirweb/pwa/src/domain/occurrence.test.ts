import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/reminders.json";
import { occurrenceId } from "./occurrence";

test.each(vectors.occurrences)("R2 an occurrence has the same id on phone and server: $day/$slot", async (given) => {
  expect(await occurrenceId(given.regimen_id, given.day, given.slot)).toBe(given.occurrence_id);
});
