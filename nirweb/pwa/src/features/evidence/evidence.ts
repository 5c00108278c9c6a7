/** What stands behind what is shown: studies, sellers' claims and mechanisms with their verdicts. Comes only when it is asked for. */

import claimsData from "@data/regimens/claims.json";
import mechanismsData from "@data/regimens/mechanisms.json";
import studiesData from "@data/regimens/studies.json";
import topicsData from "@data/regimens/topics.json";

export type Study = (typeof studiesData.studies)[number];
type Claim = (typeof claimsData.claims)[number];
type Mechanism = (typeof mechanismsData.mechanisms)[number];
type Topic = (typeof topicsData.topics)[number];

/** A claim or a mechanism, as it is shown. */
export interface Judged {
  id: string;
  words: string;
  verdict: string;
  says: string;
  sources: readonly Source[];
}
interface Source {
  name: string;
  link: string;
}

const verdicts: Readonly<Record<string, string>> = {
  supported: "supported",
  limited: "limited",
  cells_only: "in cells only",
  not_shown: "not shown",
  contradicted: "contradicted",
};
/** What NIRWeb decided by itself is called so; the rest of its notes tells what others found. */
const OWN_POLICY = new Set(["Ceilings", "Holds"]);

export const studies: readonly Study[] = studiesData.studies;
const studyById = new Map(studies.map((study) => [study.id, study]));
const studiesOf = (ids: readonly string[]): Study[] => ids.flatMap((id) => studyById.get(id) ?? []);

/** "docs/evidence.md, Words" → how that is called on the screen. */
export function sourceName(source: string): string {
  const section = source.split(", ")[1] ?? source;
  return OWN_POLICY.has(section) ? "NIRWeb’s own cautious policy" : `NIRWeb’s notes on evidence, “${section}”`;
}

function judged(one: Claim | Mechanism): Judged {
  const told: Source[] = studiesOf(one.studies).map(({ name, link }) => ({ name, link }));
  if (one.source) told.push({ name: sourceName(one.source), link: "" });
  return { id: one.id, words: "claim" in one ? one.claim : one.name, verdict: verdicts[one.verdict] ?? one.verdict, says: one.says, sources: told };
}

export const claims: readonly Judged[] = claimsData.claims.map(judged);
export const mechanisms: readonly Judged[] = mechanismsData.mechanisms.map(judged);

/** All that a card shows. */
interface CardOf {
  topic: Topic;
  studies: readonly Study[];
  claims: readonly Judged[];
  mechanisms: readonly Judged[];
}
export function cardOf(id: string): CardOf | null {
  const topic = topicsData.topics.find((one) => one.id === id);
  if (!topic) return null;
  const named = (ids: readonly string[], all: readonly Judged[]): Judged[] => all.filter((one) => ids.includes(one.id));
  return { topic, studies: studiesOf(topic.studies), claims: named(topic.claims, claims), mechanisms: named(topic.mechanisms, mechanisms) };
}

/** The cards that belong to no aim: dose, limits, eyes, rest, when to judge. */
export const rules: readonly Topic[] = topicsData.topics.filter((topic) => !topic.id.startsWith("aim_"));

const NOT_STATED = "Not stated in what NIRWeb could read of it";

/** A study by its facts, each under its name; what is not known of it is said to be so. */
export const factsOf = (study: Study): readonly (readonly [string, string])[] =>
  [
    ["Light", study.light],
    ["Schedule", study.schedule],
    ["On whom", study.people || (study.kind === "trial" ? NOT_STATED : "Other people's studies")],
    ["Compared with a sham", study.sham === "yes" ? "Yes" : study.sham === "no" ? "No" : study.kind === "trial" ? NOT_STATED : "Not a trial of its own"],
    ["What came out", study.outcome],
    ["What it does not show", study.does_not_show],
  ].filter((fact): fact is [string, string] => fact[1] !== "");
