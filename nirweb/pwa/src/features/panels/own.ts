/** The household's own panel profiles, and what a bridge's doctor finds: asked of the server, answered by the bridge. */
import { effect } from "@preact/signals";
import type { components } from "../../sync/schema";
import { Problem } from "../api";
import { client, told } from "../client";
import { commandNotes } from "../line/line";

export type OwnProfile = components["schemas"]["OwnProfileOut"];
export type Checkup = components["schemas"]["CheckupOut"];

const LONGEST_MS = 60_000;
const bridge = (bridge_id: string) => ({ params: { path: { bridge_id } } });

/** Until the bridge has done it. Rejects with what it says instead. */
function done(commandId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = (): void => undefined;
    const end = (wrong?: string): void => {
      clearTimeout(timer);
      queueMicrotask(() => {
        stop();
      });
      if (wrong === undefined) resolve();
      else reject(new Problem(409, "not_done", wrong));
    };
    const timer = setTimeout(() => {
      end("The bridge does not answer. Try again.");
    }, LONGEST_MS);
    stop = effect(() => {
      const note = commandNotes.value[commandId]?.said;
      if (note?.state === "ok") end();
      else if (note && note.state !== "sent" && note.state !== "granted") end(note.detail || "The bridge did not do it. Try again.");
    });
  });
}

export const ownProfiles = (): Promise<OwnProfile[]> => told(client.GET("/api/profiles"));

/** Gives the bridge a profile, a new one or one in place of an older one. */
export async function giveProfile(bridgeId: string, text: string): Promise<void> {
  await done((await told(client.POST("/api/bridges/{bridge_id}/profiles", { ...bridge(bridgeId), body: { text } }))).command_id);
}
export async function removeProfile(one: OwnProfile): Promise<void> {
  const path = { bridge_id: one.bridge_id, file: one.file };
  await done((await told(client.DELETE("/api/bridges/{bridge_id}/profiles/{file}", { params: { path } }))).command_id);
}

export const lastCheckup = (bridgeId: string): Promise<Checkup> => told(client.GET("/api/bridges/{bridge_id}/checkup", bridge(bridgeId)));
/** Asks the bridge to look, and gives what it found. */
export async function checkUp(bridgeId: string): Promise<Checkup> {
  await done((await told(client.POST("/api/bridges/{bridge_id}/checkup", bridge(bridgeId)))).command_id);
  return lastCheckup(bridgeId);
}

/** Handed to another app of the phone where it takes files, else kept as a download. */
export async function shareProfile(one: OwnProfile): Promise<void> {
  // under this name and type browsers let it through; a bridge reads it as it is
  const file = new File([one.text], `${one.file}.txt`, { type: "text/plain" });
  const data = { files: [file], title: one.name || one.file };
  if ("canShare" in navigator && navigator.canShare(data)) {
    await navigator.share(data).catch(() => undefined);
    return;
  }
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([one.text], { type: "application/toml" }));
  link.href = url;
  link.download = one.file;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
