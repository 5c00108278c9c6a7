import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  words: string;
  /** Undo instead of "are you sure": takes back what was just done. */
  undo?: () => unknown;
  /** What its button says instead of "Undo". */
  name?: string;
}
const STAY_MS = 7000;
let last = 0;
export const toasts = signal<readonly Toast[]>([]);

export function say(words: string, undo?: () => unknown, name?: string): void {
  const toast = { id: ++last, words, undo, name } as Toast;
  toasts.value = [...toasts.value.slice(-1), toast];
  setTimeout(() => {
    dismiss(toast.id);
  }, STAY_MS);
}

/** Where it cannot be taken back that is said, and may be tried again. */
export async function takeBack({ id, undo }: Toast): Promise<void> {
  dismiss(id);
  try {
    await undo?.();
  } catch {
    say("That could not be undone.", undo, "Try again");
  }
}

/** Ids of what is about to go, and not shown meanwhile. */
export const leaving = signal<readonly string[]>([]);

/**
 * Does it once the time to take it back is over. Where the page closes before, it is not done: the safe way round.
 */
export function later(id: string, words: string, work: () => Promise<unknown>, failed: (error: unknown) => void): void {
  const stay = (): void => {
    leaving.value = leaving.value.filter((one) => one !== id);
  };
  const timer = setTimeout(() => {
    work().catch((error: unknown) => {
      stay();
      failed(error);
    });
  }, STAY_MS);
  leaving.value = [...leaving.value, id];
  say(words, () => {
    clearTimeout(timer);
    stay();
  });
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
