import type { JSX } from "preact";
import { rowsOf, zone } from "../../features/records";
import { givenOver, type Given } from "../../features/screening/history";
import { questionOf } from "../../features/screening/questions";
import { localDate, longDayOf, timeOf } from "../../features/words";

const dayWords = (at: Date): string => `${longDayOf(at, zone.value)} ${localDate(at, zone.value).slice(0, 4)}, ${timeOf(at, zone.value)}`;

function GivenPart({ given }: { given: Given }): JSX.Element {
  return (
    <li class="stack given">
      <p>
        <b>{dayWords(new Date(given.at))}</b>
        {given.changed !== null && <span class="soft small"> {given.changed.length === 0 ? "The same as before." : `Changed: ${given.changed.length}.`}</span>}
      </p>
      {given.said.length === 0 && <p>Nothing of these.</p>}
      {given.said.map((said) => (
        <p class="small" key={said.question}>
          <span class="soft">{said.question}</span> {said.answer}
        </p>
      ))}
    </li>
  );
}

/** Every set of answers and every agreement, as it was given: later ones stand beside earlier ones, never in their place. */
export function History(): JSX.Element {
  const agreements = rowsOf("agreement");
  return (
    <details>
      <summary>Your answers over time</summary>
      <ul class="stack givens">
        {givenOver(rowsOf("screening")).map((given) => (
          <GivenPart key={given.id} given={given} />
        ))}
        {agreements.map((row) => (
          <li key={row.id} class="small">
            A clinician agreed on {row.body.agreed_on}: {questionOf(row.body.question_id)?.words ?? row.body.question_id}{" "}
            {row.body.clinician_note && <q>{row.body.clinician_note}</q>}
          </li>
        ))}
      </ul>
    </details>
  );
}
