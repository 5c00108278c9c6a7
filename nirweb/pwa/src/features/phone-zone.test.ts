import { afterEach, expect, it, vi } from "vitest";
import { phoneZone } from "./phone-zone";

const within = { Now: { timeZoneId: () => "America/St_Johns" } };

afterEach(() => {
  vi.unstubAllGlobals();
});

it("asks no date format where the browser tells the zone by itself", () => {
  vi.stubGlobal("Temporal", within);
  const format = vi.spyOn(Intl, "DateTimeFormat");
  expect(phoneZone()).toBe("America/St_Johns");
  expect(format).not.toHaveBeenCalled();
});

it("asks a date format elsewhere", () => {
  vi.stubGlobal("Temporal", undefined);
  expect(phoneZone()).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});
