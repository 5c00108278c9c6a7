import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Loading } from "../design/notice";
import { me, standing } from "../features/account/me";
import { findRoute, place, type Params, type Route, type ScreenProps } from "../features/router";
import { Frame } from "./frame";
import { Broken, Lost } from "./lost";
import { routes } from "./routes";
import { Toasts } from "./toasts";
import { Welcome } from "./welcome/welcome";

const loaded = new WeakMap<Route, ComponentType<ScreenProps>>();

/** A screen that is a chunk of its own: shows that it is coming, or that it did not come. */
function Screen({ route, params }: { route: Route; params: Params }): JSX.Element {
  const shown = useSignal<ComponentType<ScreenProps> | "broken" | null>(loaded.get(route) ?? null);
  useEffect(() => {
    let gone = false;
    const known = loaded.get(route);
    shown.value = known ?? null;
    if (known) return undefined;
    route.load().then(
      (module) => {
        loaded.set(route, module.default);
        if (!gone) shown.value = module.default;
      },
      () => {
        if (!gone) shown.value = "broken";
      },
    );
    return () => {
      gone = true;
    };
  }, [route]);
  const Shown = loaded.get(route) ?? (shown.value === "broken" ? null : shown.value);
  if (shown.value === "broken" && !Shown) return <Broken />;
  if (!Shown) return <Loading />;
  return <Shown params={params} />;
}

/** Where a link leads is remembered through signing in. */
const signInFirst = (to: string): string => `/signin?then=${encodeURIComponent(to)}`;

function Content(): JSX.Element {
  const pathname = new URL(place.value, location.origin).pathname;
  const found = findRoute(routes, pathname);
  const inside = me.value !== null;
  if (!found) return inside ? <Frame><Lost /></Frame> : <main id="content" class="alone"><Lost /></main>;
  const { route, params } = found;
  if (route.open) return <main id="content" class="alone"><Screen route={route} params={params} /></main>;
  if (!inside) {
    if (standing.value === "unasked") return <main id="content" class="alone"><Loading /></main>;
    if (pathname === "/") return <Welcome />;
    return <Welcome then={signInFirst(place.value)} />;
  }
  return (
    <Frame alone={route.alone === true}>
      <Screen route={route} params={params} />
    </Frame>
  );
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
