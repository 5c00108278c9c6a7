import type { JSX } from "preact";
import { claims, mechanisms, rules, sourceName, studies } from "../../features/evidence/evidence";
import { Page } from "../page";
import { JudgedList, StudyPart } from "./parts";

export default function Evidence(): JSX.Element {
  return (
    <Page title="What is known" home="/settings" lead="What sellers say and how the light is said to work, each with what its sources show. Much is not shown; that is said too.">
      <section class="stack" aria-labelledby="claims">
        <h2 id="claims">What sellers say</h2>
        <JudgedList label="What sellers say" list={claims} />
      </section>
      <section class="stack" aria-labelledby="mechanisms">
        <h2 id="mechanisms">How it is said to work</h2>
        <JudgedList label="How it is said to work" list={mechanisms} />
      </section>
      <section class="stack" aria-labelledby="rules">
        <h2 id="rules">What NIRWeb goes by</h2>
        {rules.map((rule) => (
          <section key={rule.id} class="stack evidence-card">
            <h3>{rule.title}</h3>
            <p>{rule.says}</p>
            {rule.source && <p class="soft small">Source: {sourceName(rule.source)}.</p>}
          </section>
        ))}
      </section>
      <section class="stack" aria-labelledby="studies">
        <h2 id="studies">The studies</h2>
        <div>
          {studies.map((study) => (
            <StudyPart key={study.id} study={study} />
          ))}
        </div>
      </section>
    </Page>
  );
}
