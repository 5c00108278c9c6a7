/** Opened at the front page while a session or the timer runs: straight back to it. */
import { me } from "./account/me";
import { go } from "./router";
import { mayBeKept, recall as recallRun, run, stillGoes } from "./session/kept";
import { count, recall as recallTimer } from "./timer/timer";

export async function resumeOnStart(): Promise<void> {
  const id = me.peek()?.id;
  if (!id) return;
  recallTimer(id);
  // what is not marked (a build of before kept it) is found once the screen is shown (session/control.ts)
  if (mayBeKept(id)) await recallRun(id);
  if (location.pathname !== "/") return;
  const kept = run.peek();
  if (kept && stillGoes(kept, Date.now())) go("/session", { replace: true });
  else if (count.peek()) go("/timer", { replace: true });
}
