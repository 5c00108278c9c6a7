import type { components } from "../../sync/schema";
import { client, told } from "../client";
import { found, hear } from "../line/line";
import type { FoundNote } from "../line/messages";
import { records } from "../records";
import type { ChannelBody } from "./light";

export type Asking = components["schemas"]["AskingOut"];
export type Pairing = components["schemas"]["PanelIn"];
export type Passport = components["schemas"]["PassportOut"];

const pull = (): void => void records.peek()?.syncNow();
const bridge = (bridge_id: string) => ({ params: { path: { bridge_id } } });
const panel = (panel_id: string) => ({ params: { path: { panel_id } } });

/** The code as it is read aloud or typed: spaces and case do not matter. */
export const cleanCode = (text: string): string => text.trim().toUpperCase().replace(/\s+/g, "");

export const lookUp = (user_code: string): Promise<Asking> => told(client.POST("/api/bridges/enrol/lookup", { body: { user_code } }));
export async function approve(user_code: string, name: string, household_id: string | null): Promise<void> {
  await client.POST("/api/bridges/enrol/approve", { body: { user_code, name: name || null, household_id } });
  pull();
}
export const deny = (user_code: string): Promise<unknown> => client.POST("/api/bridges/enrol/deny", { body: { user_code } });
export async function revoke(bridgeId: string): Promise<void> {
  await client.DELETE("/api/bridges/{bridge_id}", bridge(bridgeId));
  pull();
}

/** What comes of it comes on the live line; what earlier scans found is asked for at once. */
export const scan = (bridgeId: string): Promise<unknown> => client.POST("/api/bridges/{bridge_id}/scan", bridge(bridgeId));
export async function askFound(bridgeId: string): Promise<void> {
  const note = await told(client.GET("/api/bridges/{bridge_id}/found", bridge(bridgeId)));
  // the same message as on the line: what has a default is never left out
  found.value = { ...found.value, [bridgeId]: hear({ ...note, type: "found" } as FoundNote) };
}
export const blinkFound = (bridgeId: string, found_id: string): Promise<unknown> =>
  client.POST("/api/bridges/{bridge_id}/identify", { ...bridge(bridgeId), body: { found_id } });
export const blink = (panelId: string): Promise<unknown> => client.POST("/api/panels/{panel_id}/identify", panel(panelId));

export async function pair(wanted: Pairing): Promise<void> {
  await client.POST("/api/panels", { body: wanted });
  pull();
}
export async function changePanel(id: string, part: { name?: string; channels?: ChannelBody[] }): Promise<void> {
  await client.PATCH("/api/panels/{panel_id}", { ...panel(id), body: part });
  pull();
}
export const passportOf = (id: string): Promise<Passport> => told(client.GET("/api/panels/{panel_id}/passport", panel(id)));
export async function keepPassport(id: string, body: components["schemas"]["PassportIn"]): Promise<Passport> {
  const kept = await told(client.PUT("/api/panels/{panel_id}/passport", { ...panel(id), body }));
  pull();
  return kept;
}
export async function removePanel(id: string): Promise<void> {
  await client.DELETE("/api/panels/{panel_id}", panel(id));
  pull();
}
