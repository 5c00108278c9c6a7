/** Tries at once, and again after each `everyMs`, one at a time, until it went well. Gives the way to stop. */
export function untilDone(work: () => Promise<boolean>, everyMs: number): () => void {
  let busy = false;
  let timer: ReturnType<typeof setInterval> | undefined = undefined;
  const stop = (): void => {
    clearInterval(timer);
  };
  const once = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      if (await work()) stop();
    } finally {
      busy = false;
    }
  };
  timer = setInterval(() => void once(), everyMs);
  void once();
  return stop;
}
