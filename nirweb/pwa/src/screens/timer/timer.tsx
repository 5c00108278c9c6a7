import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { me } from "../../features/account/me";
import { count, follow, recall } from "../../features/timer/timer";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { Counting } from "./counting";
import { TimerForm } from "./timer-form";
import "./timer.css";

/** For any panel: the phone counts, the person switches, the log is written. Needs neither Bluetooth nor a network. */
export default function Timer(): JSX.Element {
  const id = me.value?.id;
  useEffect(() => {
    if (!id) return undefined;
    recall(id);
    return follow(id);
  }, [id]);
  const mine = count.value?.person_id === id ? count.value : null;
  return (
    <Page title="Timer" home="/" lead={mine ? undefined : "For a panel that is not connected. You switch it on and off; the phone counts and writes the log."}>
      <WithRecords>{mine ? <Counting value={mine} /> : <TimerForm />}</WithRecords>
    </Page>
  );
}
