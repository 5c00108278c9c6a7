import data from "@data/screening/medicines.json";
import { questionOf, withAnswer, type Draft, type Option } from "./questions";

type Medicine = (typeof data.medicines)[number];

/** What was found, the name that fitted, and the answers that it marks. */
export interface Found {
  medicine: Medicine;
  /** "Roaccutane (isotretinoin)", or the medicine's own name. */
  words: string;
  marks: readonly Option[];
}
const SHORTEST = 3;
const MOST = 6;

/** Without case, accents, hyphens and signs of trade: "Retin-A®" and "retin a" are the same. */
const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9 ]/g, "");
const squeezed = (text: string): string => plain(text).replaceAll(" ", "");

const optionsOf = (medicine: Medicine): Option[] =>
  medicine.marks.flatMap((mark) => questionOf(mark.question)?.options?.filter((option) => option.id === mark.option) ?? []);
const namesOf = (medicine: Medicine): string[] => [medicine.name, ...medicine.also, ...medicine.brands.map((brand) => brand.name)];
const fits = (name: string, wanted: string): boolean =>
  squeezed(name).startsWith(wanted) || plain(name.replaceAll("-", " ")).split(" ").some((word) => word.startsWith(wanted));

function foundAs(medicine: Medicine, wanted: string): Found | null {
  const marks = optionsOf(medicine);
  const name = namesOf(medicine).find((one) => fits(one, wanted));
  if (name === undefined && !marks.some((option) => fits(option.words, wanted))) return null;
  return { medicine, marks, words: name === undefined || name === medicine.name ? medicine.name : `${name} (${medicine.name})` };
}

/** Null while too little is typed to look for; by name, brand or class, the ones whose name fits first. */
export function medicinesLike(text: string): readonly Found[] | null {
  const wanted = squeezed(text);
  if (wanted.length < SHORTEST) return null;
  const found = data.medicines.flatMap((medicine) => foundAs(medicine, wanted) ?? []);
  const byName = (one: Found): number => (namesOf(one.medicine).some((name) => fits(name, wanted)) ? 0 : 1);
  return found.sort((a, b) => byName(a) - byName(b)).slice(0, MOST);
}

/** The draft with every answer of this medicine marked. */
export function marked(medicine: Medicine, draft: Draft): Draft {
  return medicine.marks.reduce((next, mark) => {
    const question = questionOf(mark.question);
    if (!question) return next;
    const before = next.answers[question.id];
    const chosen = Array.isArray(before) ? before : [];
    return chosen.includes(mark.option) ? next : withAnswer(question, next, [...chosen, mark.option]);
  }, draft);
}

export const isMarked = (medicine: Medicine, draft: Draft): boolean => marked(medicine, draft) === draft;
/** Where it is from that light may act on this medicine. */
export const sourceOf = (medicine: Medicine): string => (data.sources as Readonly<Record<string, { name: string }>>)[medicine.source]?.name ?? "";
export const listVersion = data.version;
