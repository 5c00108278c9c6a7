import { describe, expect, it } from "vitest";
import { consequences, empty, noted, ofSession } from "./draft";

describe("a check-in", () => {
  it("does nothing when nothing was seen", () => {
    expect(consequences(empty(["face"], null))).toEqual([]);
    expect(consequences({ ...empty(["face"], null), warmth: 2, redness: 1 })).toEqual([]);
  });

  it("answers nothing for the person", () => {
    expect(empty(["face"], null).comfort).toBeNull();
  });

  it("says which hold comes of it, the longer one where there are two", () => {
    expect(consequences({ ...empty(["face"], null), swelling: 1 })).toEqual([expect.stringContaining("24 hours")]);
    expect(consequences({ ...empty(["face"], null), swelling: 1, redness_lasting: true })).toEqual([expect.stringContaining("48 hours")]);
    expect(consequences({ ...empty(["face", "neck"], null), blister: true })).toEqual([expect.stringMatching(/^Face and neck: .*clinician/)]);
    expect(consequences({ ...empty([], null), eye_trouble: true })).toEqual([expect.stringContaining("Every start")]);
  });

  it("takes its session's places when that comes late, and never instead of those that were said", () => {
    const begun = { ...empty([], null), note: "warm" };
    expect(ofSession(begun, "s", ["face"])).toEqual({ ...begun, session_id: "s", sites: ["face"] });
    expect(ofSession({ ...begun, sites: ["neck"] }, "s", null)).toEqual({ ...begun, session_id: "s", sites: ["neck"] });
  });

  it("is told in words", () => {
    const body = { ...empty(["face"], null), at: "2026-11-22T18:00:00Z" };
    expect(noted(body)).toBe("Nothing to note");
    expect(noted({ ...body, redness: 1, blister: true })).toBe("redness a little, a blister");
  });
});
