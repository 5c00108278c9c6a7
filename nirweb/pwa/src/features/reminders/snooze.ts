import { client, told } from "../client";

export type Minutes = 10 | 60;

/** Puts a reminder off. Needs the server; gives when it comes again. */
export async function snooze(regimen_id: string, day: string, minutes: Minutes): Promise<Date> {
  const { due_at } = await told(client.POST("/api/reminders/snooze", { body: { regimen_id, day, minutes } }));
  return new Date(due_at);
}
