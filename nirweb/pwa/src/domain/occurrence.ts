/** The name of one local day of a course, as `sessions_app/reminders/rules.py` makes it (docs/reminders.md, R2). */

import type { Day } from "./values";

/** uuid5 (RFC 9562, version 5) in the course's id as namespace. */
export async function occurrenceId(regimenId: string, day: Day, slot = 0): Promise<string> {
  const space = Uint8Array.from(regimenId.replaceAll("-", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const name = new TextEncoder().encode(`${day}/${slot}`);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", Uint8Array.of(...space, ...name))).slice(0, 16);
  bytes[6] = 0x50 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
