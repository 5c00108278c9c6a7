import { afterEach, expect, test, vi } from "vitest";
import { stayAwake } from "./body";

afterEach(() => vi.unstubAllGlobals());

/** A screen that is kept on by whatever lock was given and not released. */
function aScreen(): { locks: () => number; give: () => Promise<void>; document: EventTarget } {
  let held = 0;
  const asked: (() => void)[] = [];
  const request = (): Promise<unknown> =>
    new Promise((given) => {
      asked.push(() => {
        held++;
        const release = (): Promise<void> => {
          held--;
          return Promise.resolve();
        };
        given({ release, addEventListener: () => undefined });
      });
    });
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("document", document);
  vi.stubGlobal("navigator", { wakeLock: { request } });
  const give = async (): Promise<void> => {
    for (const one of asked.splice(0)) one();
    await new Promise(setImmediate);
  };
  return { locks: () => held, give, document };
}

test("the screen stays on until it is let go", async () => {
  const screen = aScreen();
  const letGo = stayAwake();
  await screen.give();
  expect(screen.locks()).toBe(1);
  letGo();
  expect(screen.locks()).toBe(0);
});

test("a lock that is given after all is over is given back", async () => {
  const screen = aScreen();
  stayAwake()();
  await screen.give();
  expect(screen.locks()).toBe(0);
});

test("of two that are given one is given back", async () => {
  const screen = aScreen();
  const letGo = stayAwake();
  screen.document.dispatchEvent(new Event("visibilitychange"));
  await screen.give();
  expect(screen.locks()).toBe(1);
  letGo();
  expect(screen.locks()).toBe(0);
});
