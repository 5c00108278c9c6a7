import { expect, it } from "vitest";
import { Base } from "./base";
import type { Stored } from "./stored";

const row = (entity: Stored["entity"], id: string, value: number, scope = "me"): Stored => ({
  scope, entity, id, deleted: false, body: { value }, clocks: {}, copyOf: null, supersededBy: null,
});
const ratings = JSON.stringify([row("rating", "a", 1), row("rating", "b", 2)]);

it("Y63 rows that nobody asks for are not read", () => {
  const base = new Base();
  base.fill([{ rating: ratings, checkin: "read in vain" }], []);
  expect([...base.room("rating").keys()]).toEqual(["a", "b"]);
  expect(() => base.room("checkin")).toThrow();
});

it("Y63 a later chunk counts before an earlier one, of whatever version, and loose rows before all", () => {
  const base = new Base();
  base.fill(
    [[row("rating", "a", 3), row("checkin", "c", 3)], JSON.stringify([row("rating", "a", 4)]), { rating: ratings }],
    [row("rating", "b", 5), row("checkin", "c", 0, "")],
  );
  expect(base.get("rating", "a")?.body).toEqual({ value: 1 });
  expect(base.get("rating", "b")?.body).toEqual({ value: 5 });
  expect([...base.all()].map((one) => one.id), "a dropped row was there").toEqual(["a", "b"]);
});

it("Y63 what changes counts before what was not read yet, and nothing of before comes back", () => {
  const base = new Base();
  base.fill([{ rating: ratings }], []);
  base.apply({ set: [row("rating", "a", 6)], drop: [{ entity: "rating", id: "b" }] });
  expect([...base.room("rating").values()]).toEqual([row("rating", "a", 6)]);
  base.fill([{ rating: ratings }], []);
  base.clear();
  expect([...base.all()]).toEqual([]);
});
