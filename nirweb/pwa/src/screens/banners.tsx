import type { JSX } from "preact";
import { LinkButton } from "../design/button";
import { Icon } from "../design/icon";
import { Notice } from "../design/notice";
import { isGuest, standing } from "../features/account/me";
import { movedTo } from "../features/moved/origin";
import { reached, refused } from "../features/records";
import { place } from "../features/router";
import { NewBuild } from "./new-build";

/** What must be seen on every screen, the most pressing first. */
export function Banners(): JSX.Element | null {
  return (
    <>
      {standing.value === "expired" && (
        <Notice tone="warn">
          <p>You are signed out on the server. What you enter is kept on this phone until you sign in again.</p>
          <div>
            <LinkButton href={`/signin?then=${encodeURIComponent(location.pathname)}`}>Sign in</LinkButton>
          </div>
        </Notice>
      )}
      {movedTo.value && place.value !== "/moved" && (
        <Notice tone="warn">
          <p>
            Your NIRWeb has a new address: <b>{new URL(movedTo.value).host}</b>. This app stays at the old one.
          </p>
          <div>
            <LinkButton href="/moved">Carry your things over</LinkButton>
          </div>
        </Notice>
      )}
      {refused.value.length > 0 && (
        <Notice tone="warn">
          <p>
            {refused.value.length === 1 ? "One entry was" : `${refused.value.length} entries were`} not taken by the server, and {refused.value.length === 1 ? "is" : "are"} kept here.{" "}
            <a href="/settings">Look at it</a>
          </p>
        </Notice>
      )}
      {!reached.value && (
        <p class="guest-line row small" role="status">
          <Icon name="offline" size={18} />
          <span class="grow">The server is out of reach. Panels and your account wait for it; everything else works.</span>
        </p>
      )}
      {isGuest.value && (
        <p class="guest-line row small">
          <span class="swatch red-light" aria-hidden="true" />{" "}
          <span class="grow">
            Virtual panel: no light. <a href="/join">Create an account</a>
          </span>
        </p>
      )}
      <NewBuild />
    </>
  );
}
