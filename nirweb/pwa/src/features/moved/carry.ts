/** Taking things along to another address: in the link itself when they are short, else in a file (docs/home-network.md, H41-H43). */

import { NotCarried, readCarried, type Carried } from "../../sync/records";
import { opened } from "../records";
import { notSavedWords } from "../saving";

/** A fragment longer than this is cut by some browsers. */
const LONGEST_FRAGMENT = 60_000;
const ARRIVING = "nirweb.arriving";

/** The link to the new address, with what is only here in its fragment, which no server sees; null when it would be too long. */
export function linkTo(origin: string): string | null {
  const text = opened().takeOut(location.origin, false);
  const link = `${origin}/arrive#${encodeURIComponent(text)}`;
  return link.length > LONGEST_FRAGMENT ? null : link;
}

/** Everything, as a file of the person's own. */
export function saveFile(): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([opened().takeOut(location.origin, true)], { type: "application/json" }));
  link.href = url;
  link.download = "nirweb-entries.json";
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}

/** What a link brought, kept through signing in, in this tab only; null when nothing. */
export function arrived(): Carried | null {
  try {
    const text = sessionStorage.getItem(ARRIVING);
    return text ? readCarried(text) : null;
  } catch {
    return null;
  }
}

export function forgetArrived(): void {
  try {
    sessionStorage.removeItem(ARRIVING);
  } catch {
    // then nothing was kept either
  }
}

/** Why it cannot be taken in, and what to do. */
export function notCarriedWords(error: unknown): string {
  if (!(error instanceof NotCarried)) return notSavedWords(error);
  if (error.reason === "another_person") return "These are entries of another account. Sign in as the person who wrote them, then take them in.";
  if (error.reason === "newer") return "A newer version of the app wrote this. Take the newer version here first, then try again.";
  return "This holds no entries of NIRWeb, or only a part of them. Choose the file that the app saved.";
}
