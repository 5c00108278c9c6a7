import type { JSX } from "preact";
import { Button } from "../../design/button";
import { place } from "../../features/router";
import { inRun, stop, view } from "../../features/session/control";
import { run } from "../../features/session/kept";
import { clockTime } from "../../features/words";
import "./run-bar.css";

/** On every screen but its own: a session goes on, and can be stopped from here. */
export function RunBar(): JSX.Element | null {
  const kept = run.value;
  const seen = view.value;
  if (!kept || !seen || !inRun.value || place.value.startsWith("/session")) return null;
  const left = seen.left_s === null ? "" : ` ${clockTime(seen.left_s)}`;
  return (
    <aside class="run-bar" aria-label="Session in progress">
      <a href="/session" class="grow">
        <b class="num">
          {seen.title}
          {left}
        </b>
        <span class="small">{kept.panel_name}. Open</span>
      </a>
      {seen.maybeLit && (
        <Button kind="stop" icon="stop" onPress={stop}>
          Stop
        </Button>
      )}
    </aside>
  );
}
