import { useMemo } from "preact/hooks";
import { NotSaved } from "../sync/records";

/** Why something that was entered could not be kept on the phone, and what to do. */
export function notSavedWords(error: unknown): string {
  if (error instanceof NotSaved && error.reason === "phone_full") return "This phone has no room left, so nothing was saved. Free some, then save again.";
  return "This phone could not keep it, so nothing was saved. Close other tabs of the app, then save again.";
}

type Save = () => Promise<void>;

/** What is on its way is not begun again: a second tap writes no second entry, which would count as more light. */
export function newOnce(): (save: Save) => Save {
  let underWay = false;
  return (save) => async () => {
    if (underWay) return;
    underWay = true;
    try {
      await save();
    } finally {
      underWay = false;
    }
  };
}

/** One for the life of a form. */
export const useOnce = (): ReturnType<typeof newOnce> => useMemo(newOnce, []);
