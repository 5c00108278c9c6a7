import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { Field } from "../../design/field";
import { Notice, type Tone } from "../../design/notice";
import type { Finding } from "../../domain/screening";
import { now, opened, rowsOf, zone } from "../../features/records";
import { notSavedWords } from "../../features/saving";
import { agreeable, agreedFrom, answeredFrom, gravestFirst, verdictOn } from "../../features/screening/outcome";
import { say } from "../../features/toast";
import { localDate, longDayOf, untilWords } from "../../features/words";
import { Page } from "../page";
import { Places } from "../parts/places";
import { WithRecords } from "../parts/with-records";

const tones: Record<Finding["outcome"], Tone> = { block: "bad", clinician: "warn", caution: "warn", info: "plain", free: "good" };
const heads: Record<Finding["outcome"], string> = {
  block: "Not possible",
  clinician: "Only with a clinician’s agreement",
  caution: "With care",
  info: "Good to know",
  free: "Nothing in the way",
};

function FindingPart({ finding }: { finding: Finding }): JSX.Element {
  const agreed = finding.agreed_on ? `A clinician agreed on ${longDayOf(new Date(`${finding.agreed_on}T12:00:00Z`), "UTC")}. ` : "";
  const lifts = finding.lifts_at ? `Lifts ${untilWords(new Date(finding.lifts_at), now(), zone.value)}. ` : "";
  return (
    <Notice tone={tones[finding.outcome]}>
      <h2 class="lead">{heads[finding.outcome]}</h2>
      <p>{finding.sentence}</p>
      {finding.asks && !finding.agreed_on && <p>{finding.asks}</p>}
      <p class="soft small">
        {agreed}
        {lifts}Basis: {finding.source}.
      </p>
    </Notice>
  );
}

/** The agreement is a record with its date: nothing here decides for the clinician. */
function Agreement({ questionId, words }: { questionId: string; words: string }): JSX.Element {
  const today = localDate(now(), zone.value);
  const on = useSignal(today);
  const note = useSignal("");
  const open = useSignal(false);
  const wrong = useSignal<string | null>(null);
  const save = async (): Promise<void> => {
    if (!/^\d{4}-\d\d-\d\d$/.test(on.value) || on.value > today) {
      wrong.value = "Enter the day of the agreement; it cannot lie ahead.";
      return;
    }
    try {
      const id = await opened().write("agreement", { question_id: questionId, agreed_on: on.value, clinician_note: note.value.trim() });
      say("The agreement is recorded.", () => opened().correct("agreement", id, null, "undone"));
    } catch (error) {
      wrong.value = notSavedWords(error);
    }
  };
  return (
    <section class="plate stack">
      <h2 class="lead">{words}</h2>
      {open.value ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Field label="A clinician agreed on" type="date" max={today} value={on.value} wrong={wrong.value} onInput={(value) => (on.value = value)} />
          <Field label="What they said, if you like" rows={2} maxLength={500} value={note.value} onInput={(value) => (note.value = value)} />
          <Button kind="main" type="submit">
            Record it
          </Button>
        </form>
      ) : (
        <div>
          <Button icon="pen" onPress={() => (open.value = true)}>
            A clinician agreed
          </Button>
        </div>
      )}
    </section>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }): JSX.Element {
  return (
    <section class="stack" aria-live="polite">
      {findings.length === 0 && (
        <Notice tone="good">
          <p>
            <b>Nothing in the way</b> there, with red and near-infrared light.
          </p>
        </Notice>
      )}
      {findings.map((finding) => (
        <FindingPart key={finding.question_id + finding.outcome} finding={finding} />
      ))}
    </section>
  );
}

function Result(): JSX.Element {
  const course = rowsOf("regimen").find((row) => row.body.ended_on === null)?.body;
  const sites = useSignal<string[]>(course?.sites ?? ["face"]);
  const answered = answeredFrom(rowsOf("screening"));
  const wavelengthsNm = Object.keys(course?.wavelengths ?? { 660: 0, 850: 0 }).map(Number);
  const verdict = verdictOn(answered, agreedFrom(rowsOf("agreement")), { sites: sites.value, wavelengthsNm, now: now(), zone: zone.value });
  if (!answered) {
    return (
      <div class="row">
        <LinkButton kind="main" href="/screening">
          Answer the questions
        </LinkButton>
      </div>
    );
  }
  return (
    <>
      <Places legend="For light on" chosen={sites.value} onChange={(chosen) => (sites.value = chosen)} />
      {sites.value.length > 0 && <Findings findings={gravestFirst(verdict.findings)} />}
      {agreeable(verdict.findings).map((one) => (
        <Agreement key={one.questionId} questionId={one.questionId} words={one.words} />
      ))}
      {verdict.valid_until !== null && (
        <p class="soft small">Asked again when something changes, and by {longDayOf(new Date(verdict.valid_until), zone.value)} at the latest.</p>
      )}
      <div class="row">
        <LinkButton kind="main" href={course ? "/" : "/plan"}>
          {course ? "Done" : "Plan a course"}
        </LinkButton>
        <LinkButton kind="quiet" href="/screening">
          Change answers
        </LinkButton>
      </div>
    </>
  );
}

export default function Outcome(): JSX.Element {
  return (
    <Page title="What it means" home="/" lead="It depends on the place. Choose where the light would go.">
      <WithRecords>
        <Result />
      </WithRecords>
    </Page>
  );
}
