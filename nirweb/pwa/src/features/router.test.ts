import { expect, test, vi } from "vitest";

vi.stubGlobal("location", new URL("http://localhost/"));
const { go, listen, match, place } = await import("./router");
const { insideOnly } = await import("./account/enter");

test("it finds what an address names", () => {
  expect(match("/", "/")).toEqual({});
  expect(match("/log/:id", "/log/42")).toEqual({ id: "42" });
  expect(match("/log/:id", "/log/42/")).toEqual({ id: "42" });
  expect(match("/reset/:key", "/reset/a%2Fb")).toEqual({ key: "a/b" });
});

test("it fits no other address", () => {
  expect(match("/log/:id", "/log")).toBeNull();
  expect(match("/log/:id", "/log/1/2")).toBeNull();
  expect(match("/log", "/")).toBeNull();
  expect(match("/reset/:key", "/reset/%E0%A4%A")).toBeNull();
});

test("it leads nowhere outside the app after signing in", () => {
  expect(insideOnly("/log?x=1")).toBe("/log?x=1");
  for (const evil of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", null]) {
    expect(insideOnly(evil)).toBe("/");
  }
});

test("the second tap of a double one follows no link of the screen that the first one led to", () => {
  const heard: ((event: object) => void)[] = [];
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("history", { pushState: () => undefined });
  vi.stubGlobal("document", {
    addEventListener: (_kind: string, hear: (event: object) => void, capture = false) => (capture ? heard.unshift(hear) : heard.push(hear)),
  });
  listen();
  const tap = (detail: number, pathname: string): void => {
    const anchor = { target: "", origin: location.origin, hash: "", search: "", pathname, hasAttribute: () => false };
    const target = { closest: () => anchor };
    const event = { detail, target, button: 0, preventDefault: vi.fn() };
    for (const hear of heard) hear(event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  };
  tap(1, "/plan");
  expect(place.value).toBe("/plan");
  tap(2, "/log/new");
  expect(place.value).toBe("/plan");
  tap(1, "/log/new");
  expect(place.value).toBe("/log/new");
  go("/");
  tap(0, "/log"); // of the keyboard
  tap(0, "/settings");
  expect(place.value).toBe("/settings");
});
