import { go } from "./router";
import { say } from "./toast";
import { entered } from "./unsaved";

/** Follows what came from outside the app, a notification or a shortcut, but not away from what is half-entered [R25]. */
export function lead(to: string): void {
  const follow = (): void => {
    go(to);
  };
  if (entered.peek()) say("What you entered here is not saved yet.", follow, "Leave anyway");
  else follow();
}
