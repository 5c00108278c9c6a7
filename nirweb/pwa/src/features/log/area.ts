import type { Entry } from "./entries";
import { rowsOf } from "../records";
import { allEntries } from "./all";

type Areas = Readonly<Record<string, number>>;

const newestFirst = () => [...rowsOf("lit_area")].sort((one, other) => Date.parse(other.body.at) - Date.parse(one.body.at));

/** The lit area of this session as it was measured last, cm² by place; none where nobody did. */
export const areasOf = (entry: Entry): Areas => newestFirst().find((row) => row.body.session_id === entry.id)?.body.areas_cm2 ?? {};

/** What was measured on this place with this panel before, offered and never taken by itself; null for none. */
export function areaBefore(entry: Entry, site: string): number | null {
  const same = new Set(allEntries.value.filter((one) => one.id !== entry.id && one.panelId === entry.panelId).map((one) => one.id));
  const row = newestFirst().find(({ body }) => same.has(body.session_id) && body.areas_cm2[site] !== undefined);
  return row?.body.areas_cm2[site] ?? null;
}
