import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** A screen's component gets what its address says: `/log/:id` → `{ id }`. */
export type Params = Readonly<Record<string, string>>;
export interface ScreenProps {
  params: Params;
}
export interface Route {
  path: string;
  load: () => Promise<{ default: ComponentType<ScreenProps> }>;
  /** Without navigation round it: one thing to do, then on. */
  alone?: boolean;
}

export const place = signal(location.pathname + location.search);

/** Within the app. `replace` leaves no way back to where one came from (after a sign-in, say). */
export function go(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return;
  if (options.replace) history.replaceState(history.state, "", to);
  else history.pushState({ inside: true }, "", to);
  place.value = to;
  scrollTo(0, 0);
}

/** Back where one came from, or to `otherwise` where the app was opened right here. */
export function back(otherwise: string): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else go(otherwise, { replace: true });
}

/** What of the address a pattern names, or null where it does not fit. */
export function match(pattern: string, pathname: string): Params | null {
  const wanted = pattern.split("/");
  const given = pathname.replace(/\/+$/, "").split("/");
  if (pathname === "/") given.splice(0, given.length, "", "");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) {
      const said = decoded(value);
      if (!said) return null;
      params[part.slice(1)] = said;
    } else if (part !== value) return null;
  }
  return params;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export function findRoute(routes: readonly Route[], pathname: string): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = match(route.path, pathname);
    if (params) return { route, params };
  }
  return null;
}

function isOwn(anchor: HTMLAnchorElement): boolean {
  if (anchor.target || anchor.hasAttribute("download") || anchor.origin !== location.origin) return false;
  const onThisPage = anchor.hash !== "" && anchor.pathname === location.pathname;
  return !onThisPage && !anchor.pathname.startsWith("/api/");
}

/** An ordinary left click on an ordinary link to this origin; anything else is the browser's. */
function ownLink(event: MouseEvent): string | null {
  const meansMore = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (event.defaultPrevented || event.button !== 0 || meansMore) return null;
  const anchor = (event.target as Element | null)?.closest("a");
  return anchor && isOwn(anchor) ? anchor.pathname + anchor.search : null;
}

export function listen(): void {
  addEventListener("popstate", () => {
    place.value = location.pathname + location.search;
  });
  let tappedOn = "";
  const first = (event: MouseEvent): void => {
    if (event.detail < 2) tappedOn = place.peek();
  };
  document.addEventListener("click", first, true);
  document.addEventListener("click", (event) => {
    const to = ownLink(event);
    if (to === null) return;
    event.preventDefault();
    // the second tap of a double one was not meant for a link of the screen that the first one led to
    if (event.detail < 2 || tappedOn === place.peek()) go(to);
  });
}
