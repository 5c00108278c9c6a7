import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { PersonMark } from "../../design/person";
import { me } from "../../features/account/me";
import { isShared, ownMark } from "../../features/household/people";
import { litByOther } from "../../features/household/in-use";
import { watch } from "../../features/line/line";
import { ownName } from "../../features/records";
import type { Row } from "../../store/entities";
import { InUse } from "../parts/in-use";

const LOOK_EVERY_MS = 1000;

/**
 * Before a start on a panel that several people run: whose phone is it that is held? Asked again after the app was out of sight, for
 * another may have picked the phone up since [M50]. While somebody else's light is on there is nothing to start.
 */
export function IsThisYou({ panel, children }: { panel: Row<"panel">; children: ComponentChildren }): JSX.Element {
  const said = useSignal<string | null>(null);
  const look = useSignal(0);
  useEffect(() => watch(panel.id), [panel.id]);
  useEffect(() => {
    const timer = setInterval(() => (look.value += 1), LOOK_EVERY_MS);
    const hidden = (): void => {
      if (document.visibilityState === "hidden") said.value = null;
    };
    document.addEventListener("visibilitychange", hidden);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", hidden);
    };
  }, [look, said]);
  const other = look.value >= 0 ? litByOther(panel) : null;
  if (other) return <InUse panel={panel} other={other} />;
  if (!isShared(panel) || said.value === me.value?.id) return <>{children}</>;
  const name = ownName.value || me.value?.email || "you";
  return (
    <section class="plate stack" aria-labelledby="is-this-you">
      <h2 id="is-this-you">Is this you?</h2>
      <p class="who-name row">
        <PersonMark colour={ownMark(panel.body.household_id)} />
        <span class="grow">{name}</span>
      </p>
      <p class="soft small">The light is booked to this person, and their limits count.</p>
      <Button kind="main" icon="check" wide onPress={() => (said.value = me.value?.id ?? null)}>
        Yes, I am {name}
      </Button>
      <LinkButton wide href="/switch">
        Somebody else
      </LinkButton>
    </section>
  );
}
