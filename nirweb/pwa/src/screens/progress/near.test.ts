import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { onceNear } from "./near";

type Tell = (entries: { isIntersecting: boolean }[]) => void;
let tell: Tell = () => undefined;
let watched: unknown[] = [];

class Observer {
  constructor(told: Tell) {
    tell = (entries) => {
      if (watched.length > 0) told(entries);
    };
  }
  observe(element: unknown): void {
    watched.push(element);
  }
  disconnect(): void {
    watched = [];
  }
}
const chart = {} as Element;
const far = { isIntersecting: false };
const near = { isIntersecting: true };

beforeEach(() => {
  watched = [];
  vi.stubGlobal("IntersectionObserver", Observer);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("waits until it is near, also where it went away in between", () => {
  const work = vi.fn();
  onceNear(chart, work);
  tell([far]);
  expect(work).not.toHaveBeenCalled();
  tell([near, far]);
  expect(work).toHaveBeenCalledOnce();
});

it("works once, however often it is passed by", () => {
  const work = vi.fn();
  onceNear(chart, work);
  tell([near]);
  tell([far]);
  tell([near]);
  expect(work).toHaveBeenCalledOnce();
});

it("does nothing once it is given up", () => {
  const work = vi.fn();
  onceNear(chart, work)();
  tell([near]);
  expect(work).not.toHaveBeenCalled();
});
