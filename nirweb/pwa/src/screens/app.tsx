import type { JSX } from "preact";
import { Loading } from "../design/notice";
import { me, standing } from "../features/account/me";
import { findRoute, place } from "../features/router";
import { bring, Lazy } from "./lazy";
import { openRoutes } from "./routes";
import { Toasts } from "./toasts";
import { Welcome } from "./welcome/welcome";
import "./frame.css";

/** Drawn first when it is whole, so that nothing is laid out twice; what takes long does not hold up the rest. */
const inside = async (): Promise<typeof import("./inside")> => {
  const module = await import("./inside");
  await module.whole();
  return module;
};
const pathnameNow = (): string => new URL(place.value, location.origin).pathname;

/** Begins to load what somebody who is known here will see; null where the first screen is here already. */
export const beforehand = (): Promise<void> | null => (me.peek() && !findRoute(openRoutes, pathnameNow()) ? bring(inside) : null);

/** Where a link leads is remembered through signing in. */
const signInFirst = (to: string): string => `/signin?then=${encodeURIComponent(to)}`;

function Content(): JSX.Element {
  const pathname = pathnameNow();
  const open = findRoute(openRoutes, pathname);
  if (open) {
    return (
      <main id="content" class="alone">
        <Lazy key={open.route.path} load={open.route.load} params={open.params} />
      </main>
    );
  }
  if (me.value) return <Lazy load={inside} params={{}} />;
  if (standing.value === "unasked") {
    return (
      <main id="content" class="alone">
        <Loading />
      </main>
    );
  }
  return pathname === "/" ? <Welcome /> : <Welcome then={signInFirst(place.value)} />;
}

export function App(): JSX.Element {
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <Content />
      <Toasts />
    </>
  );
}
