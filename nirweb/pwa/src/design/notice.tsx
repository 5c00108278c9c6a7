import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icon";

export type Tone = "plain" | "good" | "warn" | "bad";
const marks: Record<Tone, IconName> = { plain: "info", good: "check", warn: "alert", bad: "alert" };

/** Something the app has to say. `live` makes a screen reader say it when it appears; a bad one interrupts. */
export function Notice({ tone = "plain", icon, live = false, children }: { tone?: Tone; icon?: IconName; live?: boolean; children: ComponentChildren }): JSX.Element {
  const role = live ? (tone === "bad" ? "alert" : "status") : undefined;
  return (
    <div class={`notice ${tone}`} role={role}>
      <Icon name={icon ?? marks[tone]} />
      <div class="stack notice-words">{children}</div>
    </div>
  );
}

/** Nothing here yet: says what will be, and what to do about it. */
export function Empty({ icon, title, children, action }: { icon: IconName; title: string; children: ComponentChildren; action?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty stack">
      <Icon name={icon} size={40} />
      <h2>{title}</h2>
      <p class="soft">{children}</p>
      {action && <div class="row">{action}</div>}
    </div>
  );
}

/** What stands in for content for the moment it takes to come. Appears only after a while, so that fast stays calm. */
export function Loading({ lines = 3 }: { lines?: number }): JSX.Element {
  return (
    <div class="loading stack" role="status">
      <span class="unseen">One moment</span>
      {Array.from({ length: lines }, (_, index) => (
        <div class="ghost" key={index} />
      ))}
    </div>
  );
}
