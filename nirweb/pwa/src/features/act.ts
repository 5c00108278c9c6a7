import { signal, type Signal } from "@preact/signals";
import { wordsOf } from "./api";

/** One thing at a time that may fail: busy while it runs, and what went wrong in words. */
export interface Act {
  busy: Signal<boolean>;
  wrong: Signal<string | null>;
  /** True when it went well. */
  run: (work: () => unknown) => Promise<boolean>;
}

export function newAct(): Act {
  const busy = signal(false);
  const wrong = signal<string | null>(null);
  const run = async (work: () => unknown): Promise<boolean> => {
    if (busy.value) return false;
    busy.value = true;
    wrong.value = null;
    try {
      await work();
      return true;
    } catch (error) {
      wrong.value = wordsOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, wrong, run };
}
