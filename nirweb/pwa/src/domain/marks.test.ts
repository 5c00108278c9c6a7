import { expect, test } from "vitest";
import { MARKS, marksOf, type Marked } from "./marks";

const joined = (user_id: string, colour: string, day: number): Marked => ({ user_id, colour, since: `2026-01-0${day}T08:00:00Z` });

test("M31 who came first keeps the mark they chose, whoever else chose it", () => {
  const people = [joined("b", "amber", 2), joined("a", "amber", 1), joined("c", "rose", 3)];
  expect([...marksOf(people)]).toEqual([["a", "amber"], ["b", "rose"], ["c", "plum"]]);
  expect(marksOf([...people].reverse())).toEqual(marksOf(people));
});

test("M31 no two people are shown with one mark while there are enough", () => {
  const six = MARKS.map((_, index) => joined(`p${index}`, "sky", index + 1));
  expect(new Set(marksOf(six).values()).size).toBe(6);
  const seven = marksOf([...six, joined("p7", "moss", 9)]);
  expect(seven.get("p7")).toBe("moss");
  expect(seven.size).toBe(7);
});
