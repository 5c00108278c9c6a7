import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { lightName, Swatch } from "../../design/swatch";
import { newAct } from "../../features/act";
import { freshId } from "../../features/records";
import type { FoundPanel } from "../../features/line/messages";
import { channelsOf, emptyLight, faultsOf, type LightDraft } from "../../features/panels/light";
import { namedWavelengths } from "../../features/panels/named";
import { blinkFound, pair } from "../../features/panels/panels";
import { go } from "../../features/router";
import { say } from "../../features/toast";
import { LightForm } from "./light-form";

const safetyWords = {
  deadman: "It goes off by itself when it no longer hears from its bridge, and when its own timer ends.",
  hw_timer: "Its own timer ends the light, also without a bridge.",
  none: "It cannot switch itself off. It runs only while you are there and answer.",
} as const;

/** What the panel says of its wavelengths, to be looked at. */
function Told({ found, right, wrong }: { found: FoundPanel; right: Signal<boolean>; wrong: boolean }): JSX.Element {
  return (
    <>
      <ul class="stack">
        {found.channels.map((channel) => (
          <li class="row" key={channel.wavelength_nm}>
            <Swatch wavelengthNm={channel.wavelength_nm} /> {lightName(channel.wavelength_nm)}
            <span class="soft small num">
              {channel.min_pct} to {channel.max_pct} %
            </span>
          </li>
        ))}
      </ul>
      <Pick label="These are the wavelengths of my panel" checked={right.value} onPick={(on) => (right.value = on)} />
      {wrong && <p class="wrong-words small">Look at its label or manual, and confirm them.</p>}
    </>
  );
}

/** A panel that does not tell its wavelengths: its owner does, in the order of its channels. */
function Named({ text, wrong }: { text: Signal<string>; wrong: boolean }): JSX.Element {
  return (
    <>
      <Field
        label="Wavelengths in nm"
        value={text.value}
        inputMode="text"
        maxLength={60}
        placeholder="630, 660, 810, 830, 850"
        hint="In the order of the panel’s own channels, from its label or manual. Name every one that it has."
        wrong={wrong ? "Numbers from 400 to 1400, each once, with commas between them." : null}
        onInput={(value) => (text.value = value)}
      />
      <ul class="row">
        {(namedWavelengths(text.value) ?? []).map((nm) => (
          <li class="row" key={nm}>
            <Swatch wavelengthNm={nm} /> {lightName(nm)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** How it goes off when nobody is there any more, and what it can say of itself. */
function Manners({ found }: { found: FoundPanel }): JSX.Element {
  return (
    <>
      {found.safety && <p class="soft small">{safetyWords[found.safety]}</p>}
      {found.confirm === "none" && <p class="soft small">It cannot report back: the app says “told to light, not confirmed”.</p>}
    </>
  );
}

/** Name it, look at its wavelengths, say how strong it is. */
export function Setup({ bridgeId, found, onBack }: { bridgeId: string; found: FoundPanel; onBack: () => void }): JSX.Element {
  const act = useMemo(newAct, []);
  const id = useMemo(freshId, []);
  const name = useSignal(found.name);
  const tells = found.channels.length > 0;
  const right = useSignal(false);
  const named = useSignal("");
  const light = useSignal<LightDraft>(emptyLight);
  const tried = useSignal(false);
  const wavelengths = tells ? found.channels.map((channel) => channel.wavelength_nm) : (namedWavelengths(named.value) ?? []);
  const known = tells ? right.value : wavelengths.length > 0;
  const faults = tried.value ? faultsOf(light.value) : {};
  const nameWrong = tried.value && name.value.trim() === "" ? "Give it a name." : null;

  const save = async (): Promise<void> => {
    tried.value = true;
    if (name.value.trim() === "" || !known || Object.keys(faultsOf(light.value)).length > 0) return;
    const wanted = { id, bridge_id: bridgeId, found_id: found.found_id, name: name.value.trim(), channels: channelsOf(light.value, wavelengths) };
    if (!(await act.run(() => pair(wanted)))) return;
    say(`${wanted.name} is yours to run.`);
    go(found.bonds ? `/panels/${id}?pairing` : "/panels", { replace: true });
  };
  return (
    <form
      class="stack add-setup"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <section class="plate stack">
        <Field label="Name" value={name.value} maxLength={80} wrong={nameWrong} onInput={(value) => (name.value = value)} />
        {found.blinks === "always" && (
          <div class="row">
            <Button icon="blink" onPress={() => act.run(() => blinkFound(bridgeId, found.found_id))} busy={act.busy.value}>
              Let it blink
            </Button>
          </div>
        )}
      </section>
      <section class="plate stack">
        <h2>Its light</h2>
        {tells ? <Told found={found} right={right} wrong={tried.value && !known} /> : <Named text={named} wrong={tried.value && !known} />}
        <Manners found={found} />
      </section>
      <section class="plate stack">
        <LightForm draft={light} wavelengths={wavelengths} faults={faults} />
      </section>
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <div class="row apart">
        <Button kind="quiet" onPress={onBack}>
          Back
        </Button>
        <Button kind="main" type="submit" busy={act.busy.value}>
          Add this panel
        </Button>
      </div>
    </form>
  );
}
