import type { JSX } from "preact";
import "./body.css";

interface Part {
  site: string;
  /** A stroke with round ends, as of a jointed wooden figure. */
  d: string;
  width: number;
}
const legs: readonly Part[] = [
  { site: "left_leg", d: "M58.5 122L61 192", width: 13 },
  { site: "right_leg", d: "M41.5 122L39 192", width: 13 },
  { site: "left_foot", d: "M62 207L65 210", width: 11 },
  { site: "right_foot", d: "M38 207L35 210", width: 11 },
];
const arms: readonly Part[] = [
  { site: "left_arm", d: "M75 62L83 104", width: 10 },
  { site: "right_arm", d: "M25 62L17 104", width: 10 },
  { site: "left_hand", d: "M85 116L86 120", width: 10 },
  { site: "right_hand", d: "M15 116L14 120", width: 10 },
];
const shoulders: Part = { site: "shoulders", d: "M31 54L69 54", width: 13 };
const neck: Part = { site: "neck", d: "M50 36L50 43", width: 10 };

const front: readonly Part[] = [
  { site: "face", d: "M50 19L50 23", width: 22 },
  neck,
  shoulders,
  { site: "chest", d: "M43 68L57 68", width: 27 },
  { site: "abdomen", d: "M46 90L54 90", width: 25 },
  { site: "pelvis", d: "M44 111L56 111", width: 21 },
  ...arms,
  ...legs,
  { site: "knees", d: "M60 160L60 161M40 160L40 161", width: 16 },
];
/** Seen from behind left is left. */
const mirrored = (parts: readonly Part[]): Part[] =>
  parts.map((part) => ({ ...part, site: part.site.startsWith("left") ? part.site.replace("left", "right") : part.site.replace("right", "left") }));
const back: readonly Part[] = [
  { site: "scalp", d: "M50 17L50 22", width: 24 },
  neck,
  shoulders,
  { site: "upper_back", d: "M43 68L57 68", width: 27 },
  { site: "lower_back", d: "M46 90L54 90", width: 25 },
  { site: "buttocks", d: "M44 111L56 111", width: 21 },
  ...mirrored(arms),
  ...mirrored(legs),
];

interface BodyProps {
  chosen: readonly string[];
  onToggle: (site: string) => void;
}

function Figure({ parts, label, chosen, onToggle }: BodyProps & { parts: readonly Part[]; label: string }): JSX.Element {
  return (
    <figure class="body-figure">
      <svg viewBox="4 2 92 216">
        {parts.map((part) => (
          <path
            key={part.site + part.d}
            d={part.d}
            stroke-width={part.width}
            class={chosen.includes(part.site) || chosen.includes("everywhere") ? "lit" : ""}
            onClick={() => {
              onToggle(part.site);
            }}
          />
        ))}
      </svg>
      <figcaption class="small soft">{label}</figcaption>
    </figure>
  );
}

/** Where the light goes, drawn. The list beside it says and does the same, so this is hidden from screen readers. */
export function Body(props: BodyProps): JSX.Element {
  return (
    <div class="body" aria-hidden="true">
      <Figure parts={front} label="Front" {...props} />
      <Figure parts={back} label="Back" {...props} />
    </div>
  );
}
