import type { PanelState } from "../line/messages";

export type BondStep = "make-ready" | "type" | "made";

/** Where a panel that asks for a bond is with it. Nothing but a bonded one says what its light gives. */
export function bondStep(said: Pick<PanelState, "passkey" | "levels_pct"> | undefined): BondStep {
  if (said?.passkey) return "type";
  return said?.levels_pct ? "made" : "make-ready";
}
