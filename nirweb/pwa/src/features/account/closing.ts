import { deleteRecords } from "../../store/forget";
import { forgetCsrf } from "../api";
import { client, told } from "../client";
import { forgetPerson } from "../household/on-this-phone";
import { opened } from "../records";
import { unsubscribe } from "../reminders/phone";
import { forget as forgetRun } from "../session/kept";
import { clear as clearTimer } from "../timer/timer";
import { me, nobody } from "./me";

export interface Closed {
  erasedAt: Date;
  /** False: something of this person still lies on this phone. */
  wiped: boolean;
}

/** Closes the account, then deletes what this phone has of its person [A9]. Rejects with `Problem`, and nothing was done. */
export async function closeAccount(password: string): Promise<Closed> {
  const id = me.peek()?.id ?? "";
  await opened().syncNow();
  const { safe } = opened().signOutGuard();
  const { erased_at } = await told(client.POST("/api/account/close", { body: { password } }));
  forgetCsrf();
  clearTimer();
  await Promise.allSettled([unsubscribe(), forgetRun()]);
  nobody(); // which closes the records
  forgetPerson(id);
  // what the server never got is all there is of it: it stays for who comes back within the week
  return { erasedAt: new Date(erased_at), wiped: safe && (await deleteRecords(id)) };
}
