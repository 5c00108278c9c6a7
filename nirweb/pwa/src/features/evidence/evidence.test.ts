import { expect, test } from "vitest";
import { cardOf, claims, factsOf, mechanisms, rules, sourceName, studies } from "./evidence";

test("it gives each claim and mechanism a verdict in words and at least one source", () => {
  const words = new Set(["supported", "limited", "in cells only", "not shown", "contradicted"]);
  expect(claims.length + mechanisms.length).toBeGreaterThan(12);
  for (const one of [...claims, ...mechanisms]) {
    expect(words, one.id).toContain(one.verdict);
    expect(one.sources.length, one.id).toBeGreaterThan(0);
  }
});

test("it says of each study on whom, whether there was a sham, and what it does not show", () => {
  for (const study of studies) {
    const names = factsOf(study).map(([name]) => name);
    expect(names, study.id).toEqual(expect.arrayContaining(["On whom", "Compared with a sham", "What came out", "What it does not show"]));
  }
});

test("it puts the sellers' claims beside the studies of an aim", () => {
  const card = cardOf("aim_cellulite_look");
  expect(card?.studies.map((study) => study.id)).toEqual(["paolillo_2011"]);
  expect(card?.claims.map((one) => [one.words, one.verdict])).toEqual([["Near infrared reduces cellulite", "not shown"]]);
  expect(cardOf("nothing")).toBeNull();
});

test("it calls NIRWeb's own policy by its name", () => {
  expect(sourceName("docs/evidence.md, Ceilings")).toBe("NIRWeb’s own cautious policy");
  expect(sourceName("docs/evidence.md, Words")).toBe("NIRWeb’s notes on evidence, “Words”");
  expect(rules.map((rule) => rule.id)).toEqual(["dose", "limits", "eyes", "holds", "judging"]);
});
