/** How this app comes onto the home screen of this phone or computer. */
import { isApplePhone } from "../reminders/ability";

export type Way =
  /** It is there, or this is it. */
  | "installed"
  /** The browser asks by itself when told to. */
  | "prompt"
  /** By hand, as the pictures show. */
  | "apple"
  | "android"
  | "desktop"
  | "mac"
  /** This browser installs no apps. */
  | "none"
  /** Over this address no browser installs anything: it is not a secure one. */
  | "insecure";

export interface Device {
  installed: boolean;
  /** The browser offered to ask. */
  prompts: boolean;
  secure: boolean;
  agent: string;
  touches: number;
}

const isChromium = (agent: string): boolean => /Chrome\/|Chromium\//.test(agent);
const isSafari = (agent: string): boolean => agent.includes("Safari/") && !isChromium(agent);

function onDesktop(agent: string): Way {
  if (isChromium(agent)) return "desktop";
  return agent.includes("Macintosh") && isSafari(agent) ? "mac" : "none";
}

export function wayOf({ installed, prompts, secure, agent, touches }: Device): Way {
  if (installed) return "installed";
  if (!secure) return "insecure";
  if (prompts) return "prompt";
  if (isApplePhone(agent, touches)) return "apple";
  return agent.includes("Android") ? "android" : onDesktop(agent);
}
