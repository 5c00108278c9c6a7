import { expect, test } from "vitest";
import { isMarked, marked, medicinesLike } from "./medicines";
import { empty } from "./questions";

const words = (text: string): string[] => (medicinesLike(text) ?? []).map((found) => found.words);

test("it finds a medicine by its name, its brand, and another name", () => {
  expect(words("doxy")).toEqual(["doxycycline"]);
  expect(words("Roaccut")).toEqual(["Roaccutane (isotretinoin)"]);
  expect(words("hypericum")).toEqual(["hypericum (St John's wort)"]);
  expect(words("St. John’s")).toEqual(["St John's wort"]);
});

test("it minds neither case, nor accents, nor hyphens", () => {
  expect(words("RETIN A")).toEqual(["Retin-A (tretinoin)"]);
  expect(words("retin-a®")).toEqual(["Retin-A (tretinoin)"]);
  expect(words("lévulan")).toEqual(["Levulan (aminolevulinic acid)"]);
});

test("it finds the medicines of a class, and the answer that each marks", () => {
  const found = medicinesLike("antihist") ?? [];
  expect(found.length).toBeGreaterThan(3);
  expect(found.every((one) => one.marks.some((option) => option.id === "antihistamine"))).toBe(true);
});

test("it tells too little typed from nothing found", () => {
  expect(medicinesLike("do")).toBeNull();
  expect(medicinesLike("  ")).toBeNull();
  expect(medicinesLike("paracetamol")).toEqual([]);
});

test("it marks every answer of a medicine, and takes none away", () => {
  const promethazine = medicinesLike("promethazine")?.[0];
  if (!promethazine) throw new Error("not found");
  const before = { ...empty, answers: { medicine_phototoxic: ["amiodarone"] }, none: ["medicines"] };
  const after = marked(promethazine.medicine, before);
  expect(after.answers).toEqual({ medicine_phototoxic: ["amiodarone", "other_phototoxic"], medicine_mild: ["antihistamine"] });
  expect(after.none).toEqual([]);
  expect(isMarked(promethazine.medicine, before)).toBe(false);
  expect(isMarked(promethazine.medicine, after)).toBe(true);
});
