import type { JSX } from "preact";
import { run } from "../../features/session/kept";
import { view } from "../../features/session/control";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { Ended, Paused } from "./after";
import { Running } from "./running";
import { Setup } from "./setup";
import "./session.css";

function Now(): JSX.Element {
  const kept = run.value;
  const seen = view.value;
  if (!kept || !seen) return <Setup />;
  if (seen.phase === "paused") return <Paused kept={kept} view={seen} />;
  if (seen.phase === "ended" || seen.phase === "refused") return <Ended kept={kept} view={seen} />;
  return <Running kept={kept} view={seen} />;
}

export default function Session(): JSX.Element {
  return (
    <Page title="Session" home="/">
      <WithRecords>
        <Now />
      </WithRecords>
    </Page>
  );
}
