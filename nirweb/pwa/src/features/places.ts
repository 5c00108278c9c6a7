import data from "@data/screening/sites.json";

export interface Place {
  id: string;
  name: string;
  /** Within a sentence. */
  inside: string;
  group: string;
  eyes: boolean;
}

export const places: readonly Place[] = data.sites;
const byId = new Map(places.map((place) => [place.id, place]));
export const groups: readonly { id: string; name: string }[] = [
  { id: "head", name: "Head" },
  { id: "torso", name: "Body" },
  { id: "limbs", name: "Arms and legs" },
];

export const isNearEyes = (ids: readonly string[]): boolean => ids.some((id) => byId.get(id)?.eyes);

/** "Face and neck"; unknown ids are shown as they are. */
export function placeNames(ids: readonly string[]): string {
  const words = ids.map((id) => byId.get(id)?.inside ?? id);
  const said = listed(words);
  return said.charAt(0).toUpperCase() + said.slice(1);
}

export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
