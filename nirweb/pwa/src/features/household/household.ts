import type { components } from "../../sync/schema";
import { askWho } from "../account/me";
import { client, told } from "../client";
import { records } from "../records";

export type Invitation = components["schemas"]["InvitationOut"];
export type Made = components["schemas"]["NewInvitationOut"];
export type Invited = components["schemas"]["InvitedOut"];

const pull = (): Promise<void> => records.peek()?.syncNow() ?? Promise.resolve();
const household = (household_id: string) => ({ params: { path: { household_id } } });
const member = (household_id: string, user_id: string) => ({ params: { path: { household_id, user_id } } });

export async function rename(id: string, name: string): Promise<void> {
  await client.PATCH("/api/households/{household_id}", { ...household(id), body: { name } });
  await pull();
}

export async function changeRole(id: string, userId: string, role: "owner" | "member"): Promise<void> {
  await client.PATCH("/api/households/{household_id}/members/{user_id}", { ...member(id, userId), body: { role } });
  await pull();
}

export async function removePerson(id: string, userId: string): Promise<void> {
  await client.DELETE("/api/households/{household_id}/members/{user_id}", member(id, userId));
  await pull();
}

export async function leave(id: string): Promise<void> {
  await client.POST("/api/households/{household_id}/leave", household(id));
  await askWho();
  await pull();
}

export const invite = (id: string): Promise<Made> => told(client.POST("/api/households/{household_id}/invitations", household(id)));
export const openInvitations = (id: string): Promise<readonly Invitation[]> =>
  told(client.GET("/api/households/{household_id}/invitations", household(id)));
export async function takeBack(household_id: string, invitation_id: string): Promise<void> {
  await client.DELETE("/api/households/{household_id}/invitations/{invitation_id}", { params: { path: { household_id, invitation_id } } });
}

export const look = (code: string): Promise<Invited> => told(client.POST("/api/invitations/look", { body: { code } }));
export async function join(code: string): Promise<void> {
  await client.POST("/api/invitations/join", { body: { code } });
  await askWho();
  await pull();
}
