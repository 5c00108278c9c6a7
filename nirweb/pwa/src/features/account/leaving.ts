/** Signing out of this phone. Nobody reads on it afterwards what was meant for who left; where it fails, everything stays as it was. */
import { unsubscribe } from "../reminders/phone";
import { signOut } from "./allauth";

export async function leavePhone(): Promise<void> {
  await signOut(); // which ends the reminders at the server too [R17]
  await unsubscribe();
}
