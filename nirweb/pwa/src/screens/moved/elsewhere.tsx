import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { keepOrigin, movedTo } from "../../features/moved/origin";

/** Said to who is signed out, too: the app that they opened stays at an address which is not the server's any more [H40]. */
export function Elsewhere(): JSX.Element | null {
  useEffect(keepOrigin, []);
  if (!movedTo.value) return null;
  return (
    <Notice tone="warn">
      <p>
        Your NIRWeb has a new address: <b>{new URL(movedTo.value).host}</b>. This app stays at the old one.
      </p>
      <div>
        <LinkButton href={movedTo.value}>Open the new address</LinkButton>
      </div>
    </Notice>
  );
}
