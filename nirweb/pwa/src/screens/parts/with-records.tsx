import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { Loading, Notice } from "../../design/notice";
import { firstExchange, neverExchanged, records, storageBroken } from "../../features/records";
import "./steps.css";

/**
 * For what needs the phone's records: waits for them, and says so where they cannot be had. On a new phone it also waits for the first
 * word of the server, once: what is shown then stays where it stands, so that nothing entered goes with it.
 */
export function WithRecords({ children }: { children: ComponentChildren }): JSX.Element {
  const shown = useRef(false);
  const told = useRef(false);
  if (storageBroken.value) {
    return (
      <Notice tone="bad" live>
        <p>This browser lets the app keep nothing, so nothing you enter would be safe. Leave private browsing, or free some room, then open the app again.</p>
      </Notice>
    );
  }
  if (!records.value || (firstExchange.value && !shown.current)) return <Loading />;
  shown.current = true;
  told.current ||= neverExchanged.value;
  return (
    <>
      {told.current && (
        <div class={neverExchanged.value ? undefined : "banner-gone"}>
          <Notice tone="warn" icon="offline">
            <p>This phone has not heard from the server yet. What you have entered elsewhere is not here until it does.</p>
          </Notice>
        </div>
      )}
      {children}
    </>
  );
}
