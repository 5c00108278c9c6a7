import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { aimName } from "../../features/aims";
import { placeNames } from "../../features/places";
import { now, opened, rowOf, zone } from "../../features/records";
import { dismiss } from "../../features/reminders/clear";
import { doneEntry, logDone } from "../../features/reminders/done";
import { snooze, type Minutes } from "../../features/reminders/snooze";
import { go, type ScreenProps } from "../../features/router";
import { say } from "../../features/toast";
import { timeOf, untilWords } from "../../features/words";
import type { Row } from "../../store/entities";
import { Lost } from "../lost";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";

interface SheetProps {
  row: Row<"regimen">;
  day: string;
}

/** Everything that can be done about a reminder, for phones whose notifications have no buttons. */
function Sheet({ row, day }: SheetProps): JSX.Element {
  const act = useSignal(newAct()).value;
  const entry = doneEntry(row, day);
  const leave = async (): Promise<void> => {
    await dismiss(row.id, day);
    go("/", { replace: true });
  };
  const finish = (): Promise<boolean> =>
    act.run(async () => {
      const id = await logDone(row, day);
      await leave();
      say("Written into the log", () => opened().correct("session_log", id, null, "undone"));
    });
  const putOff = (minutes: Minutes): Promise<boolean> =>
    act.run(async () => {
      const at = await snooze(row.id, day, minutes);
      await leave();
      say(at ? `You are reminded again ${untilWords(at, now(), zone.value)}.` : "Put off. The server is told once it is reached.");
    });
  useEffect(() => {
    // what a button of the notification asked for; once, also where the page is loaded anew
    const wanted = new URLSearchParams(location.search).get("do");
    if (wanted) go(location.pathname, { replace: true });
    if (wanted === "done" && !entry) void finish();
    if (wanted === "snooze") void putOff(10);
  }, []);
  return (
    <div class="stack">
      {entry && <Notice tone="good">Done at {timeOf(entry.at, zone.value)}.</Notice>}
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <LinkButton kind={entry ? "plain" : "main"} wide icon="today" href={`/session?regimen=${row.id}`}>
        {entry ? "Start another" : "Start"}
      </LinkButton>
      {!entry && (
        <>
          <Button wide icon="check" onPress={finish} busy={act.busy.value}>
            Done already
          </Button>
          <div class="row">
            <Button icon="clock" onPress={() => putOff(10)} disabled={act.busy.value}>
              In 10 minutes
            </Button>
            <Button icon="clock" onPress={() => putOff(60)} disabled={act.busy.value}>
              In an hour
            </Button>
          </div>
        </>
      )}
      <Button kind="quiet" wide onPress={leave}>
        {entry ? "Close" : "Not today"}
      </Button>
    </div>
  );
}

function Known({ regimen, day }: { regimen: string; day: string }): JSX.Element {
  const row = rowOf("regimen", regimen);
  if (!row || !/^\d{4}-\d\d-\d\d$/.test(day)) return <Lost />;
  const { aim, sites, minutes, local_time } = row.body;
  return (
    <Page title={aimName(aim)} home="/" lead={`${placeNames(sites)}, ${minutes} min${local_time ? `, planned for ${local_time}` : ""}`}>
      <Sheet row={row} day={day} />
    </Page>
  );
}

export default function Reminder({ params }: ScreenProps): JSX.Element {
  return (
    <WithRecords>
      <Known regimen={params.regimen ?? ""} day={params.day ?? ""} />
    </WithRecords>
  );
}
