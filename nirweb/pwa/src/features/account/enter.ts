import { go } from "../router";
import { say } from "../toast";
import { askWho, me } from "./me";

/** Only addresses inside the app: `//elsewhere` and `https:` lead home. */
export function insideOnly(then: string | null): string {
  return then && /^\/(?![/\\])/.test(then) ? then : "/";
}

/** After signing in or up: who is it, and on to where they wanted to go. */
export async function enter(search: string): Promise<void> {
  await askWho();
  if (me.peek()?.opened_again) say("Your account is open again, and nothing is erased.");
  go(insideOnly(new URLSearchParams(search).get("then")), { replace: true });
}
