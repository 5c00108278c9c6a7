/** What is said on the phone's live line, as the server describes it (docs/phone-line.schema.json). */
import type { components } from "./schema";

type Messages = components["schemas"];

export type CheckBody = Omit<Messages["Check"], "type">;
/** Why not, or what to mind. */
export type Reason = Messages["ReasonOut"];
export type PanelState = Messages["PanelStateNote"];
export type CommandNote = Messages["CommandNote"];
export type SessionNote = Messages["SessionNote"];
export type FoundPanel = Messages["FoundPanel"];
export type FoundNote = Messages["FoundNote"];
export type TicketNote = Messages["TicketNote"];
export type BridgeNote = Messages["BridgeNote"];
export type ToPhone = Messages["ToPhone"];
export type FromPhone = Messages["FromPhone"];
