import type { Route } from "../features/router";

/** Every address of the app. Each screen is a chunk of its own; the first one seen without an account comes with the page. */
export const routes: readonly Route[] = [
  { path: "/join", load: () => import("./account/join"), open: true, alone: true },
  { path: "/signin", load: () => import("./account/signin"), open: true, alone: true },
  { path: "/forgot", load: () => import("./account/forgot"), open: true, alone: true },
  { path: "/reset/:key", load: () => import("./account/reset"), open: true, alone: true },
  { path: "/", load: () => import("./today/today") },
];
