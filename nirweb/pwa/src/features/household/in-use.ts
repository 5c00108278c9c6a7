import type { Row } from "../../store/entities";
import { send } from "../api";
import { ageMs, panelStates, ticket } from "../line/line";
import type { PanelState } from "../line/messages";
import { now } from "../records";
import { SILENCE_MS } from "../session/view";
import { whoIs } from "./people";

/** Somebody else's light on a panel, as it can be seen from here. */
export interface InUse {
  name: string;
  colour: string;
  /** When it is over at the latest; null where that is not known. */
  until: Date | null;
}

const AT_WORK: ReadonlySet<PanelState["run"]> = new Set(["arming", "running", "commanded", "stopping", "unknown"]);

/** What the panel itself says; null while nothing is heard of it, or nobody else uses it. */
export function litByOther(panel: Row<"panel">): InUse | null {
  const heard = panelStates.value[panel.id];
  if (!heard?.said.person_id || heard.said.mine || !AT_WORK.has(heard.said.run) || ageMs(heard) > SILENCE_MS) return null;
  const { person_id, remaining_s } = heard.said;
  return { ...whoIs(person_id, panel), until: remaining_s === null ? null : new Date(now().getTime() + remaining_s * 1000) };
}

/** The server says of the plan that is asked about that somebody else's session is open there; perhaps it is only paused. */
export const keptByOther = (panel: Row<"panel">): boolean => {
  const said = ticket.value?.said;
  return said?.panel_id === panel.id && said.reasons.some((reason) => reason.code === "panel_busy" && reason.about !== "");
};

/** Of this panel it is known that it is off: it said so itself. */
export const saidOff = (panelId: string): boolean => {
  const said = panelStates.value[panelId]?.said;
  return said?.run === "idle" || (said?.run === "ended" && said.off_confirmed === true);
};

/** Of any member, for whatever is on the panel [M44]. Null: the server does not have it. */
export async function stopPanel(panelId: string): Promise<"sent" | "kept" | null> {
  try {
    const reply = await send("POST", `/api/therapy/panels/${panelId}/stop`, {});
    if (!reply.ok) return null;
    return ((await reply.json()) as { sent: boolean }).sent ? "sent" : "kept";
  } catch {
    return null;
  }
}
