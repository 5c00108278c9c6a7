import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

/** A start of the app by Ada, where `marked` says whether a session of hers is kept. Returns how many databases it opened. */
async function starts(marked: boolean): Promise<number> {
  const kept: Record<string, string> = { "nirweb.me": JSON.stringify({ id: "ada" }), ...(marked ? { "nirweb.run.ada": "kept" } : {}) };
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept[key] ?? null, setItem: () => undefined });
  vi.stubGlobal("location", { pathname: "/log", search: "", origin: "http://localhost", href: "http://localhost/log" });
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
  const opened = vi.spyOn(indexedDB, "open");
  const { resumeOnStart } = await import("./resume");
  await resumeOnStart();
  return opened.mock.calls.length;
}

test("a start opens no database for a session that is not kept", async () => {
  expect(await starts(false)).toBe(0);
  expect(await starts(true)).toBe(1);
});
