/** The body sites that everything speaks of, as `sessions_app/screening/sites.py`. */

import data from "@data/screening/sites.json";
import { listed } from "./wording";

export interface Site {
  id: string;
  name: string;
  /** The name within a sentence. */
  inside: string;
  group: string;
  /** Light on this site reaches the eyes. */
  eyes: boolean;
  near: readonly string[];
}

export const SITES: ReadonlyMap<string, Site> = new Map(data.sites.map((site) => [site.id, site]));

/** "face", "face and neck", "face, neck and chest". */
export const sitesInWords = (sites: Iterable<string>): string => listed([...sites].map((site) => SITES.get(site)?.inside ?? site));

/** The sites themselves and everything near them. */
export function near(sites: readonly string[]): ReadonlySet<string> {
  return new Set(sites.flatMap((site) => (SITES.has(site) ? [site, ...(SITES.get(site)?.near ?? [])] : [])));
}
