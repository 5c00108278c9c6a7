import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  words: string;
  /** Undo instead of "are you sure": takes back what was just done. */
  undo?: () => unknown;
}
const STAY_MS = 7000;
let last = 0;
export const toasts = signal<readonly Toast[]>([]);

export function say(words: string, undo?: () => unknown): void {
  const toast: Toast = undo ? { id: ++last, words, undo } : { id: ++last, words };
  toasts.value = [...toasts.value.slice(-1), toast];
  setTimeout(() => {
    dismiss(toast.id);
  }, STAY_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
