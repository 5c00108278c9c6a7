import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { LinkButton } from "../design/button";
import { Icon } from "../design/icon";
import { Notice } from "../design/notice";
import { isGuest, standing } from "../features/account/me";
import { movedTo } from "../features/moved/origin";
import { outOfReachBefore } from "../features/reach";
import { reached, refused } from "../features/records";
import { isLost } from "../features/reminders/phone";
import { place } from "../features/router";
import { updateOffered } from "../features/update";
import { NewBuild } from "./new-build";
import "./banners.css";

function Expired(): JSX.Element {
  return (
    <Notice tone="warn">
      <p>You are signed out on the server. What you enter is kept on this phone until you sign in again.</p>
      <div>
        <LinkButton href={`/signin?then=${encodeURIComponent(location.pathname)}`}>Sign in</LinkButton>
      </div>
    </Notice>
  );
}

function Moved(): JSX.Element {
  return (
    <Notice tone="warn">
      <p>
        Your NIRWeb has a new address: <b>{movedTo.value && new URL(movedTo.value).host}</b>. This app stays at the old one.
      </p>
      <div>
        <LinkButton href="/moved">Carry your things over</LinkButton>
      </div>
    </Notice>
  );
}

function Refused(): JSX.Element {
  const one = refused.value.length === 1;
  return (
    <Notice tone="warn">
      <p>
        {one ? "One entry was" : `${refused.value.length} entries were`} not taken by the server, and {one ? "is" : "are"} kept here.{" "}
        <a href="/settings">Look at it</a>
      </p>
    </Notice>
  );
}

function OutOfReach(): JSX.Element {
  return (
    <p class="banner-line row small" role="status">
      <Icon name="offline" size={18} />
      <span class="grow">The server is out of reach. Panels and your account wait for it; everything else works.</span>
    </p>
  );
}

/** Said where the person looks first: what they count on does not come. */
function LostReminders(): JSX.Element {
  return (
    <Notice tone="warn">
      <p>
        <b>Reminders no longer reach this phone.</b>
      </p>
      <div>
        <LinkButton href="/settings/reminders">See why</LinkButton>
      </div>
    </Notice>
  );
}

function Guest(): JSX.Element {
  return (
    <p class="banner-line row small">
      <span class="swatch red-light" aria-hidden="true" />{" "}
      <span class="grow">
        Virtual panel: no light. <a href="/join">Create an account</a>
      </span>
    </p>
  );
}

interface Banner {
  id: string;
  on: () => boolean;
  /** It is not on yet, and will be in a moment. */
  soon?: () => boolean;
  Shown: () => JSX.Element | null;
}
/** What must be seen on every screen, the most pressing first. */
const banners: readonly Banner[] = [
  { id: "expired", on: () => standing.value === "expired", Shown: Expired },
  { id: "moved", on: () => movedTo.value !== null && place.value !== "/moved", Shown: Moved },
  { id: "refused", on: () => refused.value.length > 0, Shown: Refused },
  { id: "reminders", on: () => isLost.value && place.value === "/", Shown: LostReminders },
  { id: "reach", on: () => !reached.value, soon: () => !navigator.onLine || outOfReachBefore(), Shown: OutOfReach },
  { id: "guest", on: () => isGuest.value, Shown: Guest },
  { id: "build", on: () => updateOffered.value, Shown: NewBuild },
];

/** Which banners, of which screen. */
interface Stands {
  on: string;
  ids: readonly string[];
}
const nowhere: Stands = { on: "", ids: [] };

/** Laid over the head of the screen: it takes no tap at first, for that was meant for what lies under it. */
function Late({ shown, onHide }: { shown: readonly Banner[]; onHide: (id: string) => void }): JSX.Element {
  return (
    <div class="banners-late" role="status">
      {shown.map(({ id, Shown }) => (
        <div class="banner-late" key={id}>
          <Shown />
          <button
            type="button"
            aria-label="Hide this"
            onClick={() => {
              onHide(id);
            }}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

/**
 * Nothing moves under a finger: what was to be said when one came to a screen stands above it, and keeps its room there; what comes
 * later is laid over the screen's head, until the next.
 */
export function Banners(): JSX.Element {
  const stands = useRef(nowhere);
  const hidden = useSignal<Stands>(nowhere);
  if (stands.current.on !== place.value) {
    stands.current = { on: place.value, ids: banners.filter(({ on, soon }) => on() || soon?.()).map(({ id }) => id) };
  }
  const { ids } = stands.current;
  const put = hidden.value.on === place.value ? hidden.value.ids : [];
  const late = banners.filter(({ id, on }) => !ids.includes(id) && !put.includes(id) && on());
  return (
    <>
      {banners
        .filter(({ id }) => ids.includes(id))
        .map(({ id, on, Shown }) => (
          <div key={id} class={on() ? undefined : "banner-gone"}>
            <Shown />
          </div>
        ))}
      <Late
        shown={late}
        onHide={(id) => {
          hidden.value = { on: place.value, ids: [...put, id] };
        }}
      />
    </>
  );
}
