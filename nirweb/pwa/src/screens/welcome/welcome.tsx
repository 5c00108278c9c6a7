import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Lamp } from "../../design/lamp";
import { Notice } from "../../design/notice";
import { becomes, type Me } from "../../features/account/me";
import { api, forgetCsrf, wordsOf } from "../../features/api";
import { Mark } from "../mark";
import "./welcome.css";

/** The first thing seen: a lamp that warms up, what the app is for, and three ways in. */
export function Welcome({ then }: { then?: string }): JSX.Element {
  const busy = useSignal(false);
  const wrong = useSignal<string | null>(null);
  const Elsewhere = useSignal<() => JSX.Element | null>(() => null);
  useEffect(() => {
    document.title = "NIRWeb";
    // only where the app was kept before: a newcomer's first screen does not wait for it
    if ("serviceWorker" in navigator && navigator.serviceWorker.controller) void import("../moved/elsewhere").then((found) => (Elsewhere.value = found.Elsewhere));
  }, []);

  const tryIt = async (): Promise<void> => {
    busy.value = true;
    wrong.value = null;
    try {
      const guest = (await api.post("/api/demo")) as Me;
      forgetCsrf();
      becomes(guest);
    } catch (error) {
      wrong.value = wordsOf(error);
    }
    busy.value = false;
  };

  return (
    <main id="content" class="welcome">
      <div class="welcome-lamp">
        <Lamp red={1} infrared={0.85} warmUp />
      </div>
      <div class="welcome-words stack">
        <p class="row welcome-sign">
          <Mark /> NIRWeb
        </p>
        <h1>Know what your light does.</h1>
        <p class="soft welcome-lead">
          Plan a course, run your red and near-infrared panel from this phone, and see honestly whether it helps.
        </p>
        <Elsewhere.value />
        {then && <Notice>Sign in, and the page you asked for opens.</Notice>}
        {wrong.value && (
          <Notice tone="bad" live>
            {wrong.value}
          </Notice>
        )}
        <div class="stack welcome-ways">
          <Button kind="main" wide onPress={tryIt} busy={busy.value}>
            {busy.value ? "One moment" : "Try the virtual panel"}
          </Button>
          <p class="soft small welcome-note">No account, no light: everything but the lamp is real.</p>
          <div class="row welcome-two">
            <LinkButton href="/join">Create an account</LinkButton>
            <LinkButton kind="quiet" href={then ?? "/signin"}>
              Sign in
            </LinkButton>
          </div>
        </div>
      </div>
    </main>
  );
}
