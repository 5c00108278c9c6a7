import type { Route } from "../features/router";

/** Seen without being signed in. Each screen is a chunk of its own; the very first comes with the page. */
export const openRoutes: readonly Route[] = [
  { path: "/join", load: () => import("./account/join") },
  { path: "/signin", load: () => import("./account/signin") },
  { path: "/invited", load: () => import("./household/invited") },
  { path: "/forgot", load: () => import("./account/forgot") },
  { path: "/reset/:key", load: () => import("./account/reset") },
];
