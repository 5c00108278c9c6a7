import type { Trouble } from "../sync/records";

const troubles: Record<Exclude<Trouble, null>, string> = {
  signed_out: "You are signed out on the server. Sign in again, and what waits is sent.",
  app_too_old: "This app is older than the server. Close and open it to update; what waits is kept and then sent.",
  server_too_old: "The server is older than this app. What waits is kept until the server is updated.",
  phone_full: "This phone has no room left. Free some, so that your entries can be kept.",
  server_error: "The server could not take it just now. It is tried again by itself.",
};
export const troubleWords = (trouble: Trouble): string | null => (trouble === null ? null : troubles[trouble]);

const names: Record<string, string> = {
  profile: "Your profile",
  regimen: "A course",
  screening: "Health questions",
  agreement: "A clinician's agreement",
  session_log: "A session written down",
  lit_area: "A lit area",
  checkin: "A check-in",
  hold_release: "A hold's release",
  rating: "A rating",
  correction: "A correction",
};
export const entityName = (entity: string): string => names[entity] ?? entity;
