import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, LinkButton } from "../../design/button";
import { Notice, type Tone } from "../../design/notice";
import type { Finding, Verdict } from "../../domain/screening";
import { now, rowsOf, zone } from "../../features/records";
import { agreeable, agreedFrom, answeredFrom, gravestFirst, verdictOn } from "../../features/screening/outcome";
import { longDayOf, untilWords } from "../../features/words";
import { Page } from "../page";
import { Places } from "../parts/places";
import { WithRecords } from "../parts/with-records";
import { Agreement } from "./agreement";
import { heads } from "./finding-words";
import { History } from "./history";
import { lightNames, lightsAskedAbout } from "./lights";
import { Sheet } from "./sheet";
import "./screening.css";

const tones: Record<Finding["outcome"], Tone> = { block: "bad", clinician: "warn", caution: "warn", info: "plain", free: "good" };
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

/** Nothing to judge by is never "nothing in the way". */
function AskedAgain({ outcome }: { outcome: Verdict["outcome"] }): JSX.Element | null {
  if (outcome !== "due" && outcome !== "incomplete") return null;
  return (
    <Notice tone="warn">
      <p>
        <b>
          {outcome === "due"
            ? "These answers are older than 90 days: go through them again before a start."
            : "Some questions have no answer, or have changed since: answer them before a start."}
        </b>
      </p>
      <div>
        <LinkButton href="/screening">Go through the questions</LinkButton>
      </div>
    </Notice>
  );
}

function Findings({ verdict, wavelengthsNm }: { verdict: Verdict; wavelengthsNm: readonly number[] }): JSX.Element {
  const findings = gravestFirst(verdict.findings);
  return (
    <section class="stack" aria-live="polite">
      <AskedAgain outcome={verdict.outcome} />
      {findings.length === 0 && verdict.outcome === "free" && (
        <Notice tone="good">
          <p>
            <b>Nothing in the way</b> there, with light of {lightNames(wavelengthsNm)}.
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
  const courses = rowsOf("regimen").filter((row) => row.body.ended_on === null);
  const course = courses[0]?.body;
  const sites = useSignal<string[]>(course?.sites ?? ["face"]);
  const answered = answeredFrom(rowsOf("screening"));
  const wavelengthsNm = lightsAskedAbout(courses, rowsOf("panel"));
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
      {sites.value.length > 0 && <Findings verdict={verdict} wavelengthsNm={wavelengthsNm} />}
      {agreeable(verdict.findings).map((one) => (
        <Agreement key={one.questionId} questionId={one.questionId} words={one.words} />
      ))}
      {verdict.valid_until !== null && (
        <p class="soft small">Go through them again when a medicine or a condition changes, and by {longDayOf(new Date(verdict.valid_until), zone.value)} at the latest.</p>
      )}
      <div class="row">
        <LinkButton kind="main" href={course ? "/" : "/plan"}>
          {course ? "Done" : "Plan a course"}
        </LinkButton>
        <LinkButton kind="quiet" href="/screening">
          Change answers
        </LinkButton>
        <Button onPress={() => { print(); }}>Print it for a clinician</Button>
      </div>
      <History />
      <Sheet sites={sites.value} wavelengthsNm={wavelengthsNm} verdict={verdict} answers={answered.answers} answeredAt={new Date(answered.answered_at)} />
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
