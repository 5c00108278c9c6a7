import { expect, it } from "vitest";
import { bondStep } from "./bond";

const said = { passkey: null, levels_pct: null, wrong: null } as const;

it("Z16 asks to make a panel that was just added ready before anything is known", () => {
  expect(bondStep(undefined, true)).toBe("make-ready");
  expect(bondStep(said, true)).toBe("make-ready");
  expect(bondStep(said, false)).toBe("none");
});

it("Z16 shows the code as long as it waits, whatever was wrong before", () => {
  expect(bondStep({ ...said, passkey: "042917" }, true)).toBe("type");
  expect(bondStep({ ...said, passkey: "042917", wrong: "not_bonded" }, false)).toBe("type");
});

it("Z16 is over once the panel tells of its light", () => {
  expect(bondStep({ ...said, levels_pct: { "660": 0 } }, true)).toBe("none");
});

it("Z18 leads from a bond that is not there, or of no use, to a new one at any time", () => {
  expect(bondStep({ ...said, wrong: "not_bonded" }, false)).toBe("make-ready");
  expect(bondStep({ ...said, wrong: "bond_lost" }, false)).toBe("lost");
  expect(bondStep({ ...said, wrong: "another" }, false)).toBe("none");
});
