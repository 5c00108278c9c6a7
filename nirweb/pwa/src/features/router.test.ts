import { expect, test, vi } from "vitest";

vi.stubGlobal("location", new URL("http://localhost/"));
const { match } = await import("./router");
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
