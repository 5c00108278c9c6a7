import { describe, expect, it } from "vitest";
import { asSeen } from "./seen";

const panels = (...ids: string[]): { found_id: string }[] => ids.map((found_id) => ({ found_id }));

describe("panels that are found", () => {
  it("stay where they stand when another comes nearer, and new ones stand behind", () => {
    const first = asSeen([], panels("b", "a"));
    expect(first).toEqual(panels("b", "a"));
    const ids = first.map((one) => one.found_id);
    expect(asSeen(ids, panels("d", "a", "c", "b"))).toEqual(panels("b", "a", "d", "c"));
    expect(asSeen(ids, panels("c", "a"))).toEqual(panels("a", "c"));
  });
});
