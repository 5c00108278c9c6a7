import { describe, expect, it } from "vitest";
import vectors from "../../../../tests/vectors/sync.json";
import { newId } from "./ids";
import { isAhead, merge, nextStamp, stamp, wallMs } from "./stamps";
import { clean } from "./text";

const PHONE = "01890000-0000-7000-8000-000000000001";

describe("stamps", () => {
  it.each(vectors.next_stamp)("Y30 it makes the next stamp as the server would: $why", ({ last, now_ms, device, next }) => {
    expect(nextStamp(last, now_ms, device)).toBe(next);
  });

  it.each(vectors.merge)("Y31 it merges as the server would: $why", ({ clocks, changes, stamps, won, clocks_after }) => {
    expect(merge(clocks as never, changes, stamps as never)).toEqual({ won, clocks: clocks_after });
  });

  it("Y42 it knows a stamp that the server would refuse", () => {
    const day = 24 * 60 * 60 * 1000;
    expect(isAhead(stamp(1_000 + day, 9, PHONE), 1_000)).toBe(false);
    expect(isAhead(stamp(1_001 + day, 0, PHONE), 1_000)).toBe(true);
    expect(isAhead("", 0)).toBe(false);
  });

  it("Y30 it never goes back, whatever the clock says", () => {
    let last = "";
    for (const now of [1_000, 999, 5, 5, 2_000, -3, 2_001]) {
      const next = nextStamp(last, now, PHONE);
      expect(next > last).toBe(true);
      last = next;
    }
    expect(wallMs(last)).toBe(2_001);
  });
});

describe("ids", () => {
  it("Y7 they are UUIDs of version 7 that sort by when they were made", () => {
    const times = [1_772_388_000_000, 1_772_388_000_000, 1_772_387_000_000, ...Array<number>(5_000).fill(1_772_388_000_001)];
    const ids = times.map(newId);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(parseInt(ids[0]?.replaceAll("-", "").slice(0, 12) ?? "", 16)).toBe(times[0]);
  });
});

describe("texts", () => {
  it("Y67 it replaces what no server keeps", () => {
    expect(clean({ note: "a\0b\ud800c\udc00 🙂", list: ["\udfff"], none: undefined })).toEqual({ note: "ab\ufffdc\ufffd 🙂", list: ["\ufffd"] });
  });
});
