import { beforeEach, expect, test, vi } from "vitest";
import { say, takeBack, toasts } from "./toast";

vi.useFakeTimers();
beforeEach(() => {
  toasts.value = [];
});
const shown = (): string[] => toasts.value.map((one) => one.words);
const last = (): (typeof toasts.value)[number] => {
  const found = toasts.value.at(-1);
  if (!found) throw new Error("nothing is said");
  return found;
};

test("what is taken back goes away", async () => {
  const undo = vi.fn();
  say("Saved", undo);
  await takeBack(last());
  expect(undo).toHaveBeenCalledOnce();
  expect(shown()).toEqual([]);
});

test("what cannot be taken back is said, and may be tried again", async () => {
  const undo = vi.fn().mockRejectedValueOnce(new Error("full")).mockResolvedValueOnce(undefined);
  say("Saved", undo);
  await takeBack(last());
  expect(shown()).toEqual(["That could not be undone."]);
  expect(last().name).toBe("Try again");
  await takeBack(last());
  expect(undo).toHaveBeenCalledTimes(2);
  expect(shown()).toEqual([]);
});

test("it goes by itself", () => {
  say("Saved");
  expect(shown()).toEqual(["Saved"]);
  vi.advanceTimersByTime(7000);
  expect(shown()).toEqual([]);
});
