import type { Route } from "../features/router";

/** Every address behind the sign-in. */
export const insideRoutes: readonly Route[] = [
  { path: "/screening", load: () => import("./screening/screening"), alone: true },
  { path: "/screening/outcome", load: () => import("./screening/outcome"), alone: true },
  { path: "/timer", load: () => import("./timer/timer"), alone: true },
  { path: "/plan", load: () => import("./plan/plan"), alone: true },
  { path: "/plan/:id", load: () => import("./plan/plan"), alone: true },
  { path: "/session", load: () => import("./session/session"), alone: true },
  { path: "/log", load: () => import("./log/log") },
  { path: "/log/new", load: () => import("./log/new") },
  { path: "/log/:id", load: () => import("./log/entry") },
  { path: "/checkin", load: () => import("./checkin/checkin") },
  { path: "/holds", load: () => import("./holds/holds") },
  { path: "/progress", load: () => import("./progress/progress") },
  { path: "/panels", load: () => import("./panels/panels") },
  { path: "/panels/add", load: () => import("./panels/add"), alone: true },
  { path: "/panels/:id", load: () => import("./panels/panel") },
  { path: "/bridges/:id", load: () => import("./panels/bridge") },
  { path: "/link", load: () => import("./panels/link"), alone: true },
  { path: "/reminder/:regimen/:day", load: () => import("./reminders/reminder"), alone: true },
  { path: "/settings/reminders", load: () => import("./reminders/reminders") },
  { path: "/moved", load: () => import("./moved/moved"), alone: true },
  { path: "/arrive", load: () => import("./moved/arrive"), alone: true },
  { path: "/settings/install", load: () => import("./install/install") },
  { path: "/settings", load: () => import("./settings/settings") },
  { path: "/", load: () => import("./today/today") },
];
