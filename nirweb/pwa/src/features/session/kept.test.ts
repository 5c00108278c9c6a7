import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { forget, keep, keepThroughSleep, mayBeKept, recall, run as runs, stillGoes, type KeptRun } from "./kept";

const MINUTE = 60_000;
const run = { asked_at: 0, planned_s: 600, paused: false };

test("a session is gone back to while it runs and a little longer, a paused one always", () => {
  expect(stillGoes(run, 5 * MINUTE)).toBe(true);
  expect(stillGoes(run, 19 * MINUTE)).toBe(true);
  expect(stillGoes(run, 21 * MINUTE)).toBe(false);
  expect(stillGoes({ ...run, paused: true }, 24 * 60 * MINUTE)).toBe(true);
});

const aRun = { ...run, person_id: "ada", start: "taken" } as KeptRun;

/** What a browser has, and Node has not. */
function storage(): Map<string, string> {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  return kept;
}

test("a start looks for a kept session of this person's, and opens nothing where there is none", async () => {
  storage();
  expect(mayBeKept("ada")).toBe(false);
  await keep(aRun);
  expect(mayBeKept("ada")).toBe(true);
  expect(mayBeKept("ben")).toBe(false);
  await forget();
  expect(mayBeKept("ada")).toBe(false);
  vi.unstubAllGlobals();
  expect(mayBeKept("ada"), "nobody can say").toBe(true);
});

test("a session that begins while the one before is forgotten is looked for", async () => {
  storage();
  await keep(aRun);
  await Promise.all([forget(), keep({ ...aRun, run_no: 2 })]);
  expect(mayBeKept("ada")).toBe(true);
  await forget();
});

test("a session that a build of before kept is marked once it is found", async () => {
  const kept = storage();
  await keep(aRun);
  kept.clear();
  await recall("ada");
  expect(mayBeKept("ada")).toBe(true);
  await forget();
});

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
