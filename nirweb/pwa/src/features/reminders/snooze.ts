/** Reminders that are put off: told to the server at once, or, said without a network, kept and told when it is reached [R9]. */
import { Problem } from "../api";
import { client, told } from "../client";
import { now, opened } from "../records";

export type Minutes = 10 | 60;

/** Gives when it comes again; null: the server is told once it is reached. Fails where there is nothing to put off. */
export async function snooze(regimen_id: string, day: string, minutes: Minutes): Promise<Date | null> {
  const body = { regimen_id, day, minutes, asked_at: now().toISOString() };
  try {
    return new Date((await told(client.POST("/api/reminders/snooze", { body }))).due_at);
  } catch (error) {
    if (!(error instanceof Problem) || !error.unreachable) throw error;
    await opened().putOff(body);
    return null;
  }
}
