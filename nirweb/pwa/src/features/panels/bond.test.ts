import { expect, test } from "vitest";
import { bondStep } from "./bond";

test("S61 a panel that was not heard of, or says nothing of its light, is to be made ready", () => {
  expect(bondStep(undefined)).toBe("make-ready");
  expect(bondStep({ passkey: null, levels_pct: null })).toBe("make-ready");
});

test("Z16 its code is to be typed in as long as it is asked for", () => {
  expect(bondStep({ passkey: "042917", levels_pct: null })).toBe("type");
});

test("Z16 once it says what its light gives, nothing is left to do", () => {
  expect(bondStep({ passkey: null, levels_pct: { "660": 0 } })).toBe("made");
});
