/** A hidden page is never painted; what waits for that is then done so much later. */
const UNSEEN_MS = 1000;

/** Calls `work` once what is about to be shown is on the screen: what nobody waits for does not hold it up. */
export function afterPaint(work: () => void): void {
  let done = false;
  const once = (): void => {
    if (!done) work();
    done = true;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, UNSEEN_MS);
}
