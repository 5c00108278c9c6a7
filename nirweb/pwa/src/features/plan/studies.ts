import data from "@data/regimens/studies.json";
import aimsData from "@data/regimens/aims.json";

export type Study = (typeof data.studies)[number];
const byId = new Map(data.studies.map((study) => [study.id, study]));
export const studyOf = (id: string): Study | undefined => byId.get(id);
export const studiesOf = (ids: readonly string[]): Study[] => ids.flatMap((id) => byId.get(id) ?? []);
/** What reviews report, for the aims that have no starting point of their own. */
export const ownNumbers = aimsData.own_numbers;
