import type { PanelState } from "../line/messages";

export type BondStep = "make-ready" | "type" | "lost" | "none";

/** Where a panel that asks for a bond is with it. `added`: just now, so that nothing is known of it yet. */
export function bondStep(said: Pick<PanelState, "passkey" | "levels_pct" | "wrong"> | undefined, added: boolean): BondStep {
  if (said?.passkey) return "type";
  if (said?.wrong === "bond_lost") return "lost";
  if (said?.wrong === "not_bonded") return "make-ready";
  // nothing but a bonded one says what its light gives
  return added && !said?.levels_pct ? "make-ready" : "none";
}
