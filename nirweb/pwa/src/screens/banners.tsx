import type { JSX } from "preact";
import { Button, LinkButton } from "../design/button";
import { Notice } from "../design/notice";
import { isGuest, standing } from "../features/account/me";
import { takeUpdate, updateWaits } from "../features/worker";

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
      {isGuest.value && (
        <p class="guest-line row small">
          <span class="swatch red-light" aria-hidden="true" /> <span>
            Virtual panel: no light. <a href="/join">Create an account</a>
          </span>
        </p>
      )}
      {updateWaits.value && (
        <Notice>
          <p>A newer version of the app is ready.</p>
          <div>
            <Button onPress={takeUpdate}>Use it now</Button>
          </div>
        </Notice>
      )}
    </>
  );
}
