import type { JSX } from "preact";
import { cardOf, sourceName } from "../../features/evidence/evidence";
import type { ScreenProps } from "../../features/router";
import { JudgedList, StudyPart } from "./parts";

/** What stands behind one thing that a screen shows. */
export default function Card({ params }: ScreenProps): JSX.Element | null {
  const card = cardOf(params["topic"] ?? "");
  if (!card) return null;
  const { topic } = card;
  return (
    <section class="plate flat stack evidence-card" aria-label={`Behind this: ${topic.title}`}>
      <p>{topic.says}</p>
      {topic.source && <p class="soft small">Source: {sourceName(topic.source)}.</p>}
      {card.studies.length > 0 && (
        <div>
          {card.studies.map((study, index) => (
            <StudyPart key={study.id} study={study} open={index === 0} />
          ))}
        </div>
      )}
      {card.claims.length > 0 && (
        <>
          <p class="evidence-kind">What sellers say</p>
          <JudgedList label="What sellers say" list={card.claims} />
        </>
      )}
      {card.mechanisms.length > 0 && (
        <>
          <p class="evidence-kind">How it is said to work</p>
          <JudgedList label="How it is said to work" list={card.mechanisms} />
        </>
      )}
      <p>
        <a href="/evidence">All that is known and not known</a>
      </p>
    </section>
  );
}
