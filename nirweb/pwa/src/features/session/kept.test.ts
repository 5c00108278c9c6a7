import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { keep, keepThroughSleep, recall, run as runs, stillGoes, type KeptRun } from "./kept";

const MINUTE = 60_000;
const run = { asked_at: 0, planned_s: 600, paused: false };

test("a session is gone back to while it runs and a little longer, a paused one always", () => {
  expect(stillGoes(run, 5 * MINUTE)).toBe(true);
  expect(stillGoes(run, 19 * MINUTE)).toBe(true);
  expect(stillGoes(run, 21 * MINUTE)).toBe(false);
  expect(stillGoes({ ...run, paused: true }, 24 * 60 * MINUTE)).toBe(true);
});

const aRun = { ...run, person_id: "ada", start: "taken" } as KeptRun;

test("Y73 a page that is kept frozen holds up no other, and keeps its session once it is shown again", async () => {
  const fire = (kind: string): boolean => window.dispatchEvent(Object.assign(new Event(kind), { persisted: true }));
  vi.stubGlobal("window", new EventTarget());
  keepThroughSleep();
  const begun = vi.spyOn(IDBDatabase.prototype, "transaction");
  const ends = vi.spyOn(IDBTransaction.prototype, "abort");
  const keeping = keep(aRun);
  while (begun.mock.calls.length === 0) await new Promise(setImmediate);
  fire("pagehide");
  expect(ends.mock.contexts).toContain(begun.mock.results[0]?.value);
  await keeping;
  runs.value = null;
  expect(await recall("ada"), "it was not kept").toBeNull();
  runs.value = aRun;
  fire("pageshow");
  await vi.waitFor(async () => expect(await recall("ada")).toEqual(aRun));
});
