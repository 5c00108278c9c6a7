/** What this browser can do about reminders, and what it calls itself. */

export type Ability =
  /** Not without another browser, or another address of the server. */
  | "none"
  /** On an iPhone or iPad only the app on the home screen may. */
  | "install"
  /** The person has not been asked yet. */
  | "ask"
  | "denied"
  | "allowed";

export interface Browser {
  worker: boolean;
  push: boolean;
  /** Null: there are no notifications here. */
  permission: NotificationPermission | null;
  apple: boolean;
  installed: boolean;
}

export function abilityOf({ worker, push, permission, apple, installed }: Browser): Ability {
  if (apple && !installed) return "install";
  if (!worker || !push || permission === null) return "none";
  if (permission === "default") return "ask";
  return permission === "granted" ? "allowed" : "denied";
}

const isTouchMac = (agent: string, touches: number): boolean => agent.includes("Macintosh") && touches > 1;

/** An iPhone or an iPad, which calls itself a Mac. */
export const isApplePhone = (agent: string, touches: number): boolean => /iPhone|iPad|iPod/.test(agent) || isTouchMac(agent, touches);

const browsers: readonly [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\/|Chromium\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: readonly [RegExp, string][] = [
  [/iPhone|iPod/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "Chromebook"],
  [/Windows/, "Windows"],
  [/Macintosh/, "Mac"],
  [/Linux/, "Linux"],
];
const first = (table: readonly [RegExp, string][], text: string): string | undefined => table.find(([sign]) => sign.test(text))?.[1];

/** "Chrome on Android": so that a person knows which one to remove. */
export function nameOf(agent: string, touches: number): string {
  const system = isTouchMac(agent, touches) ? "iPad" : first(systems, agent);
  return `${first(browsers, agent) ?? "A browser"} on ${system ?? "a phone"}`;
}
