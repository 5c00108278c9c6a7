import type { Route } from "../features/router";

/** Every address behind the sign-in. */
export const insideRoutes: readonly Route[] = [
  { path: "/screening", load: () => import("./screening/screening"), alone: true },
  { path: "/session", load: () => import("./session/session"), alone: true },
  { path: "/", load: () => import("./today/today") },
];
