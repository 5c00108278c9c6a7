import { api } from "../api";
import { found, hear } from "../line/line";
import type { FoundNote } from "../line/messages";
import { records } from "../records";
import type { ChannelBody } from "./light";

export interface Asking {
  name: string;
  software: string;
  asked_at: string;
  expires_at: string;
  again: boolean;
}

const pull = (): void => void records.peek()?.syncNow();

/** The code as it is read aloud or typed: spaces and case do not matter. */
export const cleanCode = (text: string): string => text.trim().toUpperCase().replace(/\s+/g, "");

export const lookUp = async (code: string): Promise<Asking> => (await api.post("/api/bridges/enrol/lookup", { user_code: code })) as Asking;
export async function approve(code: string, name: string): Promise<void> {
  await api.post("/api/bridges/enrol/approve", name ? { user_code: code, name } : { user_code: code });
  pull();
}
export const deny = (code: string): Promise<unknown> => api.post("/api/bridges/enrol/deny", { user_code: code });
export async function revoke(bridgeId: string): Promise<void> {
  await api.remove(`/api/bridges/${bridgeId}`);
  pull();
}

/** What comes of it comes on the live line; what earlier scans found is asked for at once. */
export const scan = (bridgeId: string): Promise<unknown> => api.post(`/api/bridges/${bridgeId}/scan`);
export async function askFound(bridgeId: string): Promise<void> {
  const note = (await api.get(`/api/bridges/${bridgeId}/found`)) as FoundNote;
  found.value = { ...found.value, [bridgeId]: hear(note) };
}
export const blinkFound = (bridgeId: string, foundId: string): Promise<unknown> =>
  api.post(`/api/bridges/${bridgeId}/identify`, { found_id: foundId });
export const blink = (panelId: string): Promise<unknown> => api.post(`/api/panels/${panelId}/identify`);

export interface Pairing {
  id: string;
  bridge_id: string;
  found_id: string;
  name: string;
  channels: ChannelBody[];
}
export async function pair(wanted: Pairing): Promise<void> {
  await api.post("/api/panels", wanted);
  pull();
}
export async function changePanel(id: string, part: { name?: string; channels?: ChannelBody[] }): Promise<void> {
  await api.patch(`/api/panels/${id}`, part);
  pull();
}
export async function removePanel(id: string): Promise<void> {
  await api.remove(`/api/panels/${id}`);
  pull();
}
