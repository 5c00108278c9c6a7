import type { ComponentChildren, JSX } from "preact";
import { Loading, Notice } from "../../design/notice";
import { records, storageBroken } from "../../features/records";
import "./steps.css";

/** For what needs the phone's records: waits for them, and says so where they cannot be had. */
export function WithRecords({ children }: { children: ComponentChildren }): JSX.Element {
  if (storageBroken.value) {
    return (
      <Notice tone="bad" live>
        <p>This browser lets the app keep nothing, so nothing you enter would be safe. Leave private browsing, or free some room, then open the app again.</p>
      </Notice>
    );
  }
  if (!records.value) return <Loading />;
  return <>{children}</>;
}
