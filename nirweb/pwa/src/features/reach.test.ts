import { signal } from "@preact/signals";
import { expect, test, vi } from "vitest";
import type { Records } from "../sync/records";

vi.useFakeTimers();
const kept = new Map<string, string>();
vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
vi.stubGlobal("location", { origin: "http://localhost" });
const { keepReach, outOfReachBefore } = await import("./reach");
const { records } = await import("./records");

test("it remembers that the server was out of reach, until something is heard of it", () => {
  const online = signal(true);
  const lastSync = signal<Date | null>(new Date(1000));
  records.value = { online, lastSync } as unknown as Records;
  keepReach();
  expect(outOfReachBefore()).toBe(false);
  online.value = false;
  vi.advanceTimersByTime(900);
  online.value = true;
  vi.advanceTimersByTime(2000);
  expect(outOfReachBefore()).toBe(false); // over before it lasted
  online.value = false;
  vi.advanceTimersByTime(1000);
  expect(outOfReachBefore()).toBe(true);
  online.value = true; // a page that was just opened has not tried yet
  expect(outOfReachBefore()).toBe(true);
  lastSync.value = new Date(2000);
  expect(outOfReachBefore()).toBe(false);
});
