import { expect, test, vi } from "vitest";

const here = { pathname: "/log/new", search: "", origin: "http://localhost" };
vi.stubGlobal("location", here);
vi.stubGlobal("history", { pushState: () => undefined, replaceState: () => undefined, state: null });
vi.stubGlobal("scrollTo", () => undefined);
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
const { lead } = await import("./lead");
const { place } = await import("./router");
const { takeBack, toasts } = await import("./toast");
const { entered } = await import("./unsaved");

test("R25 a notification or a shortcut leads there, but not away from what is half-entered", async () => {
  entered.value = true;
  lead("/session?regimen=1");
  expect(place.value).toBe("/log/new");
  const [asked] = toasts.value;
  if (!asked) throw new Error("nothing is said");
  expect([asked.words, asked.name]).toEqual(["What you entered here is not saved yet.", "Leave anyway"]);
  await takeBack(asked);
  expect(place.value).toBe("/session?regimen=1");
  entered.value = false;
  lead("/progress");
  expect(place.value).toBe("/progress");
  expect(toasts.value).toEqual([]);
});
