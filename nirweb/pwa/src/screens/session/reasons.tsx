import type { JSX } from "preact";
import { Icon } from "../../design/icon";
import { now, zone } from "../../features/records";
import type { Reason } from "../../features/line/messages";
import { isOpenQuestion, isPassing } from "../../features/session/whynot";
import { untilWords } from "../../features/words";
import { Basis } from "../parts/basis";
import "./reasons.css";

const lifts = (reason: Reason): string | null =>
  reason.lifts_at ? `Lifts ${untilWords(new Date(reason.lifts_at), now(), zone.value)}.` : null;

/** Where a reason can be mended, when it is somewhere in the app. */
const mends: Record<string, { href: string; words: string }> = {
  screening_missing: { href: "/screening", words: "Answer the questions" },
  screening_due: { href: "/screening", words: "Go through them" },
  screening_incomplete: { href: "/screening", words: "Answer them" },
  screening_clinician: { href: "/screening/outcome", words: "Record an agreement" },
  hold_site: { href: "/holds", words: "Look at the hold" },
  hold_site_clinician: { href: "/holds", words: "Look at the hold" },
  hold_all: { href: "/holds", words: "Look at the hold" },
  hold_all_self: { href: "/holds", words: "Look at the hold" },
  hold_all_clinician: { href: "/holds", words: "Look at the hold" },
  signed_out: { href: "/signin?then=/session", words: "Sign in" },
};

/** What stands behind a limit, by the reason that tells of it. */
const behind: Record<string, string> = {
  session_too_long: "limits",
  session_used_up: "limits",
  dose_over_ceiling: "limits",
  ceiling_24h: "limits",
  ceiling_7d: "limits",
  course_week: "limits",
  gap: "limits",
  unknown_irradiance_too_long: "limits",
  unknown_irradiance_24h: "limits",
  caution_unknown_irradiance: "limits",
  eye_infrared: "eyes",
  eyewear: "eyes",
  caution_eye_unknown: "eyes",
  hold_site: "holds",
  hold_site_clinician: "holds",
  hold_all: "holds",
  hold_all_self: "holds",
  hold_all_clinician: "holds",
  distance_outside_table: "dose",
  caution_provenance: "dose",
};

function One({ reason }: { reason: Reason }): JSX.Element {
  const mend = mends[reason.code];
  const topic = behind[reason.code];
  const basis = [reason.limit && `Limit: ${reason.limit}`, reason.source && `Source: ${reason.source}`].filter(Boolean).join(". ");
  return (
    <div class="stack reason">
      <p>
        <b>{reason.sentence}</b> {lifts(reason)}
      </p>
      {reason.asks && <p>{reason.asks}</p>}
      {basis && <p class="soft small">{basis}.</p>}
      {topic && <Basis key={topic} of={topic} />}
      {mend && (
        <p>
          <a href={mend.href}>{mend.words}</a>
        </p>
      )}
    </div>
  );
}

/** "Why can't I start?", always answered. The first reason in full, the others behind it. */
export function WhyNot({ reasons, title = "Why can’t I start?" }: { reasons: readonly Reason[]; title?: string }): JSX.Element | null {
  const [first, ...others] = reasons;
  if (!first) return null;
  if (isPassing(first)) {
    return (
      <p class="row soft passing" role="status">
        <span class="passing-mark" aria-hidden="true" /> {first.sentence}
      </p>
    );
  }
  return (
    <section class={isOpenQuestion(first) ? "notice plain why" : "notice warn why"} role="status" aria-label={title}>
      <Icon name={isOpenQuestion(first) ? "info" : "alert"} />
      <div class="stack notice-words">
        <h2 class="why-title">{title}</h2>
        <One reason={first} />
        {others.length > 0 && (
          <details>
            <summary>And {others.length === 1 ? "one more reason" : `${others.length} more reasons`}</summary>
            <div class="stack">
              {others.map((reason) => (
                <One key={reason.code + reason.about} reason={reason} />
              ))}
            </div>
          </details>
        )}
      </div>
    </section>
  );
}

export function Cautions({ cautions }: { cautions: readonly Reason[] }): JSX.Element | null {
  if (cautions.length === 0) return null;
  return (
    <details class="cautions">
      <summary>{cautions.length === 1 ? "One thing to mind" : `${cautions.length} things to mind`}</summary>
      <div class="stack">
        {cautions.map((reason) => (
          <One key={reason.code + reason.about} reason={reason} />
        ))}
      </div>
    </details>
  );
}
