import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { untilDone } from "./again";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Goes well from the n-th time on. */
const fromTry = (n: number): ReturnType<typeof vi.fn<() => Promise<boolean>>> => {
  const work = vi.fn<() => Promise<boolean>>();
  return work.mockImplementation(() => Promise.resolve(work.mock.calls.length >= n));
};

it("tries at once, and no more once it went well", async () => {
  const work = fromTry(1);
  untilDone(work, 5000);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(work).toHaveBeenCalledTimes(1);
});

it("tries again by itself until it goes well", async () => {
  const work = fromTry(3);
  untilDone(work, 5000);
  await vi.advanceTimersByTimeAsync(4_900);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(3);
});

it("tries one at a time", async () => {
  const work = vi.fn(() => new Promise<boolean>(() => undefined));
  untilDone(work, 5000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(1);
});

it("tries no more when it is told to stop", async () => {
  const work = fromTry(9);
  const stop = untilDone(work, 5000);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(1);
});
