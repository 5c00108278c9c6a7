/** Ids that sort by the time they were made (RFC 9562, version 7). */

import type { Moment } from "./values";

/** An id from a moment and ten random bytes. */
export function uuid7(now: Moment, random: Uint8Array): string {
  if (random.length < 10) throw new Error("ten random bytes are needed");
  const bytes = new Uint8Array(16);
  let milliseconds = Math.max(0, Math.floor(now));
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = milliseconds % 256;
    milliseconds = Math.floor(milliseconds / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A new id by this device's clock. */
export const newId = (): string => uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));

/** When an id of version 7 was made, by the clock of its maker; null for other ids. */
export function madeAt(id: string): Moment | null {
  const hex = id.replaceAll("-", "");
  return /^[0-9a-f]{12}7[0-9a-f]{19}$/i.test(hex) ? Number.parseInt(hex.slice(0, 12), 16) : null;
}
