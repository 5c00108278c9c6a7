import type { JSX } from "preact";
import { dismiss, takeBack, toasts } from "../features/toast";

/** What was just done, and the way to take it back. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div class="toast" key={toast.id}>
          <span>{toast.words}</span>
          {toast.undo && (
            <button
              type="button"
              onClick={() => {
                void takeBack(toast);
              }}
            >
              {toast.name ?? "Undo"}
            </button>
          )}
          <button
            type="button"
            aria-label="Close"
            onClick={() => {
              dismiss(toast.id);
            }}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
