import type { JSX } from "preact";
import { factsOf, type Judged, type Study } from "../../features/evidence/evidence";
import "./evidence.css";

/** One study: what it did, on whom, against what, what came out, what it does not show, and where to read it. */
export function StudyPart({ study, open = false }: { study: Study; open?: boolean }): JSX.Element {
  return (
    <details class="study" open={open}>
      <summary>
        {study.name}
        {study.kind !== "trial" && <span class="soft small">{study.kind}</span>}
      </summary>
      <dl class="pairs">
        {factsOf(study).map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
        <div>
          <dt>Source</dt>
          <dd>
            {study.link ? (
              <a href={study.link} target="_blank" rel="noreferrer">
                {study.name}
              </a>
            ) : (
              study.name
            )}
          </dd>
        </div>
      </dl>
    </details>
  );
}

/** Claims or mechanisms, each with its verdict, what may be said of it, and the source of that. */
export function JudgedList({ label, list }: { label: string; list: readonly Judged[] }): JSX.Element {
  return (
    <ul class="judged stack" aria-label={label}>
      {list.map((one) => (
        <li key={one.id}>
          <p>
            {one.words}: <b class={`verdict ${one.verdict.replaceAll(" ", "-")}`}>{one.verdict}</b>
          </p>
          <p class="soft small">
            {one.says} Source:{" "}
            {one.sources.map((source, index) => (
              <span key={source.name}>
                {index > 0 && ", "}
                {source.link ? (
                  <a href={source.link} target="_blank" rel="noreferrer">
                    {source.name}
                  </a>
                ) : (
                  source.name
                )}
              </span>
            ))}
            .
          </p>
        </li>
      ))}
    </ul>
  );
}
