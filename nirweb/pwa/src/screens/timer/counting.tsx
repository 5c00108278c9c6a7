import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Dial } from "../../design/dial";
import { Notice } from "../../design/notice";
import { placeNames } from "../../features/places";
import { historyOf, opened } from "../../features/records";
import { go } from "../../features/router";
import { notSavedWords, useOnce } from "../../features/saving";
import { feel, stayAwake } from "../../features/session/body";
import { begin, clear, elapsedS, logOf, type Count } from "../../features/timer/timer";
import { say } from "../../features/toast";
import { clockTime } from "../../features/words";
import type { SessionLog } from "../../store/entities";
import "../session/reasons.css";

const LOOK_EVERY_MS = 250;

/** Written once, whoever says that it is over: another tab may have done so. */
async function written(value: Count, body: SessionLog): Promise<string> {
  const id = value.entry_id;
  return historyOf("session_log").some((row) => row.id === id) ? id : opened().write("session_log", body, { id });
}

/** Seconds that were seen to pass on this screen, and what had passed before it, by a clock that nobody moves. */
function passing(value: Count): () => number {
  const before = elapsedS(value, Date.now());
  const came = performance.now();
  return () => before + (performance.now() - came) / 1000;
}

export function Counting({ value }: { value: Count }): JSX.Element {
  const now = useSignal(Date.now());
  const seen = useMemo(() => passing(value), [value]);
  const wrong = useSignal<string | null>(null);
  useEffect(stayAwake, []);
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const elapsed = elapsedS(value, now.value, seen());
  const left = value.planned_s - elapsed;
  const over = left <= 0;
  useEffect(() => {
    if (over) feel([200, 100, 200, 100, 400]);
  }, [over]);
  const forget = (): void => {
    clear();
    say("Not written down.", () => {
      begin(value);
    });
  };
  const finish = useOnce()(async () => {
    const body = logOf(value, elapsedS(value, Date.now(), seen()));
    if (!body) {
      forget(); // shorter is no session
      return;
    }
    try {
      const id = await written(value, body);
      clear();
      go(`/checkin?session=${id}`, { replace: true });
      say("Written into the log", () => opened().correct("session_log", id, null, "undone"));
    } catch (error) {
      wrong.value = notSavedWords(error);
    }
  });
  return (
    <section class="stack counting">
      <Dial lit={left / value.planned_s} glow={over ? 0 : 0.5}>
        <span class="dial-num dial-count" role="timer" aria-live="off">
          {clockTime(left)}
        </span>
        <span class="soft small">{placeNames(value.sites)}</span>
      </Dial>
      <div class="state" role="status">
        <h2>{over ? "Switch the panel off" : "Counting"}</h2>
        <p class="soft">{over ? "The time is over." : "The app does not reach this panel: switch it off yourself when the time is over."}</p>
      </div>
      {wrong.value && (
        <Notice tone="bad" live>
          {wrong.value}
        </Notice>
      )}
      <div class="stack settles">
        <Button kind={over ? "main" : "stop"} wide icon={over ? "check" : "stop"} onPress={finish}>
          {over ? "It is off: write it down" : "I switched it off"}
        </Button>
        {!over && (
          <Button kind="quiet" onPress={forget}>
            It was never on
          </Button>
        )}
      </div>
    </section>
  );
}
