import { client, told } from "../client";
import { becomes } from "./me";

/** What runs is stopped first; from then on nothing of health is taken. Rejects with `Problem`. */
export async function withdraw(): Promise<void> {
  becomes(await told(client.DELETE("/api/consent")));
}
