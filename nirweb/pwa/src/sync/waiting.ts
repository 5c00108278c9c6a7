import type { Store } from "../store/store";

/** How much is only on this phone and not yet answered by the server. */
export const countWaiting = ({ outbox, state }: Store): number =>
  outbox.filter((op) => op.kind !== "void").length + (state.putOff?.length ?? 0);
