import { NotSaved } from "../sync/records";

/** Why something that was entered could not be kept on the phone, and what to do. */
export function notSavedWords(error: unknown): string {
  if (error instanceof NotSaved && error.reason === "phone_full") return "This phone has no room left, so nothing was saved. Free some, then save again.";
  return "This phone could not keep it, so nothing was saved. Close other tabs of the app, then save again.";
}
