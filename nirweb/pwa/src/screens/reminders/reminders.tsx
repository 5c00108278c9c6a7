import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../design/button";
import { Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { newAct, type Act } from "../../features/act";
import { courseNames } from "../../features/course-names";
import { rowsOf, zone } from "../../features/records";
import { ability, forget, hideDetails, isOn, look, lost, others, phone, turnOff, turnOn, type Phone } from "../../features/reminders/phone";
import { tryOut, type Trial } from "../../features/reminders/trial";
import { say } from "../../features/toast";
import { dayList, whenOf } from "../../features/words";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";

const SECOND_MS = 1000;

function Wrong({ act }: { act: Act }): JSX.Element | null {
  if (!act.wrong.value) return null;
  return (
    <Notice tone="bad" live>
      {act.wrong.value}
    </Notice>
  );
}

function Install(): JSX.Element {
  return (
    <Notice icon="info">
      <p>
        <b>On an iPhone or iPad reminders come to the app on the home screen.</b>
      </p>
      <p>
        <a href="/settings/install">See how it comes there</a>, open NIRWeb from there, and come back to this page.
      </p>
    </Notice>
  );
}

function Denied(): JSX.Element {
  return (
    <Notice tone="warn">
      <p>
        <b>Notifications of this app are switched off.</b> It may not ask again; only you can change that.
      </p>
      <p>Android: hold the app's icon, then App info, Notifications. iPhone: Settings, Notifications, NIRWeb. In a browser: the sign beside the address, then Notifications.</p>
      <div>
        <Button onPress={look}>Look again</Button>
      </div>
    </Notice>
  );
}

function None(): JSX.Element {
  return <Notice>This browser shows no notifications for this app. Chrome, Firefox, Edge and Safari of the last years do, over a secure address.</Notice>;
}

function Off({ act }: { act: Act }): JSX.Element {
  return (
    <section class="stack">
      <p>The phone will ask you once. The notification says when and how long; no aim, and no place on your body.</p>
      {lost.value && <Notice tone="warn">{lost.value}</Notice>}
      <Wrong act={act} />
      <Button kind="main" wide onPress={() => act.run(turnOn)} busy={act.busy.value}>
        Remind me on this phone
      </Button>
    </section>
  );
}

function said(trial: Trial): JSX.Element {
  if ("words" in trial) return <Notice tone="warn" live>{trial.words}</Notice>;
  return (
    <Notice tone="good" live>
      <p>
        Arrived after <span class="num">{(trial.ms / SECOND_MS).toFixed(1)} s</span>: from this button over your server and the push service back to this phone.
      </p>
    </Notice>
  );
}

function Try({ trial }: { trial: Signal<Trial | null> }): JSX.Element {
  const act = newActOnce();
  const run = async (): Promise<void> => {
    trial.value = null;
    await act.run(async () => (trial.value = await tryOut()));
  };
  return (
    <>
      <Button wide onPress={run} busy={act.busy.value}>
        Send a test
      </Button>
      <Wrong act={act} />
      {trial.value && said(trial.value)}
    </>
  );
}

/** One for the life of a component. */
function newActOnce(): Act {
  return useSignal(newAct()).value;
}

const troubles: Record<Phone["trouble"], string | null> = {
  "": null,
  refused: "The push service refused the last message. Turn reminders off and on again.",
  unreachable: "The server could not reach the push service the last time. It needs a way to the internet.",
};

function On({ act }: { act: Act }): JSX.Element {
  const trial = useSignal<Trial | null>(null);
  // what a test found out is said once, where it was asked for
  const words = phone.value && !trial.value && troubles[phone.value.trouble];
  return (
    <section class="stack">
      {lost.value && <Notice tone="warn">{lost.value}</Notice>}
      {words && <Notice tone="warn">{words}</Notice>}
      {!phone.value && !lost.value && <Notice icon="offline">This phone is reminded. The rest is seen once the server is reached.</Notice>}
      {phone.value && (
        <>
          <Notice tone="good">This phone reminds you.</Notice>
          <Pick
            label="Hide the time on the lock screen"
            more="The notification then only says that something is due."
            checked={phone.value.hide_details}
            onPick={(hide) => void act.run(() => hideDetails(hide))}
          />
          <Try trial={trial} />
        </>
      )}
      <Wrong act={act} />
      <Button kind="quiet" wide onPress={() => act.run(turnOff)} busy={act.busy.value}>
        No reminders on this phone
      </Button>
    </section>
  );
}

function Here({ act }: { act: Act }): JSX.Element {
  if (ability.value === "install") return <Install />;
  if (ability.value === "denied") return <Denied />;
  if (ability.value === "none") return <None />;
  return isOn.value ? <On act={act} /> : <Off act={act} />;
}

function Others(): JSX.Element | null {
  const found = useSignal<readonly Phone[]>([]);
  useEffect(() => {
    others().then((list) => (found.value = list), () => undefined);
  }, [phone.value]);
  if (found.value.length === 0) return null;
  const remove = async (one: Phone): Promise<void> => {
    await forget(one.id);
    found.value = found.value.filter((other) => other.id !== one.id);
    say(`${one.name || "The phone"} is no longer reminded.`);
  };
  return (
    <section class="stack" aria-labelledby="other-phones">
      <h2 id="other-phones">Other phones</h2>
      <ul class="list">
        {found.value.map((one) => (
          <li class="row apart" key={one.id}>
            <span>
              {one.name || "A phone"}
              <br />
              <span class="soft small num">{one.sent_at ? `last ${whenOf(new Date(one.sent_at), zone.value)}` : "nothing sent yet"}</span>
            </span>
            <Button kind="quiet" icon="bin" onPress={() => remove(one)}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Courses(): JSX.Element {
  const open = rowsOf("regimen").filter((row) => row.body.ended_on === null);
  const names = courseNames(open.map((row) => row.body));
  return (
    <section class="stack" aria-labelledby="what-of">
      <h2 id="what-of">What you are reminded of</h2>
      {open.length === 0 && <p class="soft">Nothing is planned. A course with days and a time brings reminders.</p>}
      <ul class="list">
        {open.map((row, index) => (
          <li key={row.id}>
            <a class="item" href={`/plan/${row.id}`}>
              <span class="grow">
                <b>{names[index]}</b>
                <br />
                <span class="soft small num">{row.body.local_time ? `${dayList(row.body.days)} at ${row.body.local_time}` : "no time of day, so no reminder"}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      <p class="soft small">None comes for a day that is done, or for a place that is on hold.</p>
    </section>
  );
}

export default function Reminders(): JSX.Element {
  const act = newActOnce();
  useEffect(look, []);
  return (
    <Page title="Reminders" home="/settings">
      <Here act={act} />
      <WithRecords>
        <Courses />
      </WithRecords>
      <Others />
    </Page>
  );
}
