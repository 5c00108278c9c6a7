import { expect, test } from "vitest";
import type { Row } from "../../store/entities";
import { givenOver } from "./history";
import { complete, empty } from "./questions";

const row = (id: string, at: string, answers: Record<string, unknown>): Row<"screening"> =>
  ({ id, body: { questionnaire_version: 1, answers: { ...complete(empty), ...answers }, answered_at: at } }) as unknown as Row<"screening">;

test("it keeps every set of answers, the newest first, and tells what changed", () => {
  const given = givenOver([
    row("a", "2026-05-01T10:00:00Z", {}),
    row("c", "2026-07-01T10:00:00Z", { lupus: true, medicine_phototoxic: ["retinoids"], other_implant: ["left_leg"] }),
    row("b", "2026-06-01T10:00:00Z", { lupus: true }),
  ]);
  expect(given.map((one) => one.id)).toEqual(["c", "b", "a"]);
  expect(given[0]?.said).toEqual([
    { question: "Do you have lupus?", answer: "Yes" },
    { question: "Is there metal or silicone under your skin?", answer: "Left leg" },
    { question: "Do you take or apply one of these, or another medicine whose leaflet warns of sunlight?", answer: "A retinoid, taken or on the skin" },
  ]);
  expect(given[0]?.changed).toHaveLength(2);
  expect(given[1]?.changed).toEqual(["Do you have lupus?"]);
  expect(given[2]).toMatchObject({ said: [], changed: null });
});

test("it takes the same choices in another order for the same answer", () => {
  const given = givenOver([
    row("a", "2026-05-01T10:00:00Z", { medicine_mild: ["nsaid", "antihistamine"] }),
    row("b", "2026-06-01T10:00:00Z", { medicine_mild: ["antihistamine", "nsaid"] }),
  ]);
  expect(given[0]?.changed).toEqual([]);
});
