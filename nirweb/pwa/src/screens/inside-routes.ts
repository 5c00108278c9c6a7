import type { Route } from "../features/router";

/** Every address behind the sign-in. */
export const insideRoutes: readonly Route[] = [
  { path: "/screening", load: () => import("./screening/screening"), alone: true },
  { path: "/session", load: () => import("./session/session"), alone: true },
  { path: "/log", load: () => import("./log/log") },
  { path: "/log/new", load: () => import("./log/new") },
  { path: "/log/:id", load: () => import("./log/entry") },
  { path: "/checkin", load: () => import("./checkin/checkin") },
  { path: "/progress", load: () => import("./progress/progress") },
  { path: "/settings", load: () => import("./settings/settings") },
  { path: "/", load: () => import("./today/today") },
];
