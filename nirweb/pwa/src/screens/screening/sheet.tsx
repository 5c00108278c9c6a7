import type { JSX } from "preact";
import type { Finding, Verdict } from "../../domain/screening";
import { placeNames } from "../../features/places";
import { now, ownName, rowsOf, zone } from "../../features/records";
import { gravestFirst } from "../../features/screening/outcome";
import { saidIn } from "../../features/screening/history";
import { localDate, longDayOf } from "../../features/words";
import { heads } from "./finding-words";
import { lightNames } from "./lights";
import "./sheet.css";

interface SheetProps {
  sites: readonly string[];
  wavelengthsNm: readonly number[];
  verdict: Verdict;
  answers: Readonly<Record<string, unknown>>;
  answeredAt: Date;
}
const dated = (at: Date): string => `${longDayOf(at, zone.value)} ${localDate(at, zone.value).slice(0, 4)}`;

function Row({ finding }: { finding: Finding }): JSX.Element {
  return (
    <li>
      <p>
        <b>{heads[finding.outcome]}.</b> {finding.sentence}
        {finding.agreed_on && ` A clinician agreed on ${finding.agreed_on}.`}
      </p>
      {finding.asks && <p>{finding.asks}</p>}
      <p class="small">Basis: {finding.source}.</p>
    </li>
  );
}

/** What is printed, to take along: on the screen the same is said above. */
export function Sheet({ sites, wavelengthsNm, verdict, answers, answeredAt }: SheetProps): JSX.Element {
  const said = saidIn(answers);
  const findings = gravestFirst(verdict.findings);
  const asks = findings.some((finding) => finding.outcome === "clinician");
  return (
    <section class="sheet" aria-hidden="true">
      <h1>Before using an LED light panel at home</h1>
      <p>
        {ownName.value ? `${ownName.value}, ` : ""}
        {dated(now())}. Answers of {dated(answeredAt)}.
      </p>
      <h2>The light that is asked about</h2>
      <p>
        LED light of {lightNames(wavelengthsNm)}, on: {placeNames(sites) || "no place chosen"}. Red light is 620-700 nm, near infrared
        780-1400 nm.
      </p>
      <h2>What was answered</h2>
      {said.length === 0 && <p>Nothing of what was asked applies.</p>}
      <ul>
        {said.map((one) => (
          <li key={one.question}>
            {one.question} <b>{one.answer}</b>
          </li>
        ))}
      </ul>
      <h2>What NIRWeb makes of it, and what to ask</h2>
      {verdict.outcome === "due" && <p>These answers are older than 90 days: they have to be gone through again before a start.</p>}
      {verdict.outcome === "incomplete" && <p>Some questions have no answer yet: they come first.</p>}
      {findings.length === 0 && verdict.outcome === "free" && <p>Nothing in the way there.</p>}
      <ul>
        {findings.map((finding) => (
          <Row key={finding.question_id + finding.outcome} finding={finding} />
        ))}
      </ul>
      {rowsOf("agreement").length === 0 && asks && (
        <p class="sheet-line">A clinician agreed on (day, name): </p>
      )}
      <p class="small">
        NIRWeb is not a medical device. Its rules are cautious, with their source named beside each; where none is named they are its own. What a clinician says
        goes before them, but for what is not possible here at all.
      </p>
    </section>
  );
}
