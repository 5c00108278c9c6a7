import { expect, test } from "vitest";
import { isSeen } from "./names";

test.each(["", " ", "\u200b", "\u200b\u200d", "\u2800", "\u3164", "\u202e", "\ufeff", "\u0301", "\n"])("M33: nothing is seen of %j", (name) => {
  expect(isSeen(name)).toBe(false);
});

test.each(["Ada", "محمد", "山田", "👩‍🔬", "7", "…"])("M33: %s is seen", (name) => {
  expect(isSeen(name)).toBe(true);
});
