import type { components } from "../../sync/schema";
import { client, told } from "../client";

export type SignedInPhone = components["schemas"]["PhoneOut"];

/** Where the person is signed in. Rejects with `Problem`. */
export const askPhones = (): Promise<readonly SignedInPhone[]> => told(client.GET("/api/phones"));

/** Signed out at once, its lines closed. Rejects with `Problem`. */
export async function removePhone(phone_id: string): Promise<void> {
  await client.DELETE("/api/phones/{phone_id}", { params: { path: { phone_id } } });
}
