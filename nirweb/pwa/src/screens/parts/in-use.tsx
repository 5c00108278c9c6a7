import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { PersonMark } from "../../design/person";
import { saidOff, stopPanel, type InUse as Other } from "../../features/household/in-use";
import { zone } from "../../features/records";
import { feel } from "../../features/session/body";
import { timeOf } from "../../features/words";
import type { Row } from "../../store/entities";

const AGAIN_MS = 2000;

type Told = "sending" | "sent" | "kept";
const words: Record<Told, string> = {
  sending: "The stop is being sent. If the light stays on, switch it off at the wall.",
  sent: "Stop sent. Waiting for the panel to say that it is off.",
  kept: "The bridge is away and is told when it is back. Switch it off at the wall.",
};

/** Anybody in the household may stop the lamp, whoever lit it; asked again until the panel says that it is off [M44]. */
export function StopOther({ panel, label = "Stop the light" }: { panel: Row<"panel">; label?: string }): JSX.Element {
  const told = useSignal<Told | null>(null);
  const wanted = told.value !== null;
  useEffect(() => {
    if (!wanted) return undefined;
    const send = async (): Promise<void> => {
      told.value = (await stopPanel(panel.id)) ?? "sending";
    };
    void send();
    const timer = setInterval(() => void (saidOff(panel.id) ? (told.value = null) : send()), AGAIN_MS);
    return () => {
      clearInterval(timer);
    };
  }, [wanted, panel.id, told]);
  return (
    <>
      <Button
        kind="stop"
        icon="stop"
        wide
        onPress={() => {
          feel([60, 40, 60]);
          told.value = "sending";
        }}
      >
        {wanted ? "Stop again" : label}
      </Button>
      {told.value && (
        <Notice tone={told.value === "sent" ? "plain" : "warn"} live>
          {words[told.value]}
        </Notice>
      )}
    </>
  );
}

/** Who is using a panel and until when, with a way to stop it, which no words above move. It goes by itself when the panel is free [M42]. */
export function InUse({ panel, other }: { panel: Row<"panel">; other: Other }): JSX.Element {
  return (
    <section class="plate stack" aria-labelledby={`in-use-${panel.id}`}>
      <h2 id={`in-use-${panel.id}`} class="row">
        <PersonMark colour={other.colour} /> <span class="grow">{other.name} is using it</span>
      </h2>
      <StopOther panel={panel} />
      <p role="status">
        {other.until ? `Until ${timeOf(other.until, zone.value)} at the latest. ` : "It is not known until when. "}
        One session at a time on a panel; this screen sees by itself when it is free.
      </p>
    </section>
  );
}
