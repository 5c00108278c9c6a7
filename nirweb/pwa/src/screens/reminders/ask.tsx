import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { me } from "../../features/account/me";
import { ability, isLost, isOn, turnOn } from "../../features/reminders/phone";
import { say } from "../../features/toast";
import type { Row } from "../../store/entities";

const KEY = "nirweb.reminders.not-now";
const notNow = signal(recall());
const act = newAct();

function recall(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

function leave(): void {
  notNow.value = true;
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    // asked again next time
  }
}

async function begin(): Promise<void> {
  if (await act.run(turnOn)) say(isOn.value ? "This phone reminds you." : "This phone will not remind you.");
}

const timeOf = (courses: readonly Row<"regimen">[]): string | undefined => courses.map((row) => row.body.local_time).find((one) => one !== "");

export function asksReminders(courses: readonly Row<"regimen">[]): boolean {
  const can = ability.value === "ask" || ability.value === "install";
  return timeOf(courses) !== undefined && can && !notNow.value && !isOn.value && !isLost.value && !me.value?.guest;
}

/** Asked once there is a time to be reminded of, and never twice against the person's wish. */
export function AskReminders({ courses }: { courses: readonly Row<"regimen">[] }): JSX.Element | null {
  if (!asksReminders(courses)) return null;
  return (
    <section class="plate stack" aria-label="Reminders">
      <p>
        <b>Be reminded at {timeOf(courses)}?</b>
        <br />
        <span class="soft small">The notification names no aim and no place on your body.</span>
      </p>
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <div class="row">
        {ability.value === "ask" ? (
          <Button onPress={begin} busy={act.busy.value}>
            Remind me
          </Button>
        ) : (
          <LinkButton href="/settings/reminders">See how</LinkButton>
        )}
        <Button kind="quiet" onPress={leave}>
          Not now
        </Button>
      </div>
    </section>
  );
}
