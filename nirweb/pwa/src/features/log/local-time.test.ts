import { describe, expect, it } from "vitest";
import { fromField, toField } from "./local-time";

const zone = "Europe/Berlin";

describe("wall time", () => {
  it("comes back as it went", () => {
    for (const text of ["2026-11-22T18:05", "2026-07-01T00:00", "2026-12-31T23:59"]) {
      const at = fromField(text, zone);
      expect(at && toField(at, zone)).toBe(text);
    }
    expect(fromField("2026-11-22T18:05", zone)?.toISOString()).toBe("2026-11-22T17:05:00.000Z");
    expect(fromField("2026-11-22T18:05", "Asia/Kathmandu")?.toISOString()).toBe("2026-11-22T12:20:00.000Z");
  });

  it("takes the first of an hour that comes twice", () => {
    expect(fromField("2026-10-25T02:30", zone)?.toISOString()).toBe("2026-10-25T00:30:00.000Z");
  });

  it("reads an hour that is left out as the next one", () => {
    const at = fromField("2026-03-29T02:30", zone);
    expect(at && ["2026-03-29T03:30", "2026-03-29T01:30"]).toContain(at && toField(at, zone));
  });

  it("has no instant for a field that is not filled", () => {
    expect(fromField("", zone)).toBeNull();
    expect(fromField("yesterday", zone)).toBeNull();
  });
});
