import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "../design/icon";
import { waiting } from "../features/records";
import { place } from "../features/router";
import { Banners } from "./banners";
import { Mark } from "./mark";
import { RunBar } from "./parts/run-bar";
import "./forced.css";

interface Stop {
  href: string;
  name: string;
  icon: IconName;
}
const stops: readonly Stop[] = [
  { href: "/", name: "Today", icon: "today" },
  { href: "/log", name: "Log", icon: "log" },
  { href: "/progress", name: "Progress", icon: "progress" },
  { href: "/panels", name: "Panels", icon: "panel" },
  { href: "/settings", name: "Settings", icon: "settings" },
];

const isHere = (href: string, pathname: string): boolean => (href === "/" ? pathname === "/" : pathname.startsWith(href));

function Navigation(): JSX.Element {
  const pathname = place.value.split("?")[0] ?? "/";
  return (
    <nav class="nav" aria-label="Main">
      <a class="wordmark" href="/" aria-label="NIRWeb, today">
        <Mark /> <span>NIRWeb</span>
      </a>
      {stops.map((stop) => (
        <a key={stop.href} class="nav-stop" href={stop.href} aria-current={isHere(stop.href, pathname) ? "page" : undefined}>
          <Icon name={stop.icon} />
          <span>{stop.name}</span>
        </a>
      ))}
    </nav>
  );
}

/** Always in sight while something is only on this phone. An exchange that takes a moment is not worth a word. */
function Unsynced(): JSX.Element {
  return (
    <div class="unsynced-place" role="status">
      {waiting.value > 0 && (
        <a class="unsynced num" href="/settings#kept-here">
          <Icon name="upload" size={16} /> Not synced: {waiting.value}
        </a>
      )}
    </div>
  );
}

/** What stands round every screen: the way about, and what must be seen wherever one is. */
export function Frame({ alone = false, children }: { alone?: boolean; children: ComponentChildren }): JSX.Element {
  return (
    <div class={alone ? "frame frame-alone" : "frame"}>
      {!alone && <Navigation />}
      <main id="content" class="frame-main" tabIndex={-1}>
        <Banners />
        {children}
      </main>
      <Unsynced />
      <RunBar />
    </div>
  );
}
