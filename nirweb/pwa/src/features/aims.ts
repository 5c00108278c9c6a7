import data from "@data/regimens/aims.json";

export type Aim = (typeof data.aims)[number];
export const aims: readonly Aim[] = data.aims;
/** What reviews report, for the aims that have no starting point of their own. */
export const ownNumbers = data.own_numbers;
const byId = new Map(aims.map((aim) => [aim.id, aim]));

export const aimOf = (id: string): Aim | undefined => byId.get(id);
/** Short enough for a chip; an unknown id is shown as it is. */
export const aimName = (id: string): string => byId.get(id)?.short ?? id;
