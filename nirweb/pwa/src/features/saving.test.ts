import { expect, test } from "vitest";
import { newOnce } from "./saving";

test("a second tap saves nothing twice, and after a failure one may try again", async () => {
  const once = newOnce();
  let saved = 0;
  const save = once(async () => {
    await Promise.resolve();
    saved += 1;
    if (saved === 1) throw new Error("no room");
  });
  const taps = [save(), save()];
  await expect(taps[0]).rejects.toThrow("no room");
  await taps[1];
  expect(saved).toBe(1);
  await Promise.all([save(), save(), once(save)()]);
  expect(saved).toBe(2);
});
