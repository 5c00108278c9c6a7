/** Reminders that are put off: told to the server at once, or, said without a network, kept and told when it is reached [R9]. */
import { effect, untracked } from "@preact/signals";
import { me, standing } from "../account/me";
import { Problem } from "../api";
import { client, told } from "../client";
import { now, reached } from "../records";

export type Minutes = 10 | 60;

interface PutOff {
  regimen_id: string;
  day: string;
  minutes: Minutes;
  asked_at: string;
}

const key = (): string => `nirweb.put-off.${me.peek()?.id ?? ""}`;

function kept(): PutOff[] {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? "[]") as PutOff[];
  } catch {
    return [];
  }
}

function keep(list: readonly PutOff[]): void {
  if (list.length > 0) localStorage.setItem(key(), JSON.stringify(list));
  else localStorage.removeItem(key());
}

/** The latest word about an occurrence counts. */
const without = (list: readonly PutOff[], one: PutOff): PutOff[] => list.filter(({ regimen_id, day }) => regimen_id !== one.regimen_id || day !== one.day);

const isUnreachable = (error: unknown): boolean => error instanceof Problem && error.unreachable;

async function tell(body: PutOff): Promise<Date> {
  return new Date((await told(client.POST("/api/reminders/snooze", { body }))).due_at);
}

/** Gives when it comes again; null: the server is told once it is reached. Fails where there is nothing to put off. */
export async function snooze(regimen_id: string, day: string, minutes: Minutes): Promise<Date | null> {
  const body = { regimen_id, day, minutes, asked_at: now().toISOString() };
  try {
    return await tell(body);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    keep([...without(kept(), body), body]);
    return null;
  }
}

async function tellAll(): Promise<void> {
  for (const one of kept()) {
    try {
      await tell(one);
    } catch (error) {
      if (isUnreachable(error)) return;
      // over, or of a course that is gone: there is nothing to be reminded of
    }
    keep(kept().filter(({ asked_at }) => asked_at !== one.asked_at));
  }
}

export function keepPutOff(): void {
  effect(() => {
    if (standing.value === "confirmed" && reached.value) void untracked(tellAll);
  });
}
