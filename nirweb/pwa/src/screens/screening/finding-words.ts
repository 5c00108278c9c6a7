import type { Finding } from "../../domain/screening";

/** What an outcome is called, in plain words. */
export const heads: Readonly<Record<Finding["outcome"], string>> = {
  block: "Not possible",
  clinician: "Only with a clinician’s agreement",
  caution: "With care",
  info: "Good to know",
  free: "Nothing in the way",
};
