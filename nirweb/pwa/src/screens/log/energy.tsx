import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { lightName, Swatch } from "../../design/swatch";
import { energyOf, type Energy as Joules } from "../../domain/ledger";
import { areaBefore, areasOf } from "../../features/log/area";
import type { Entry } from "../../features/log/entries";
import { placeNames } from "../../features/places";
import { now, opened } from "../../features/records";
import { notSavedWords, useOnce } from "../../features/saving";
import { numberIn } from "../../features/session/wish";
import { say } from "../../features/toast";
import { amount } from "../../features/words";

const MOST_CM2 = 20_000;
const joules = (value: number): string => `${value < 10 ? amount(value) : Math.round(value)} J`;
const areaIn = (text: string): number | null => numberIn(text, 0.1, MOST_CM2);

function OfPlace({ site, energy }: { site: string; energy: Record<string, Joules> | null }): JSX.Element {
  return (
    <>
      <dt>{placeNames([site])}</dt>
      <dd class="num">
        {energy === null && "not known: no lit area was entered"}
        {Object.entries(energy ?? {}).map(([nm, { at_most_j, low_j }]) => (
          <p key={nm}>
            <Swatch wavelengthNm={Number(nm)} /> <span class="unseen">{lightName(Number(nm))}</span> at most {joules(at_most_j)}
            {low_j !== null && <span class="soft small"> perhaps only {joules(low_j)}</span>}
          </p>
        ))}
      </dd>
    </>
  );
}

function AreaField({ entry, site, text, onInput }: { entry: Entry; site: string; text: string; onInput: (text: string) => void }): JSX.Element {
  const before = areaBefore(entry, site);
  const wrong = text !== "" && areaIn(text) === null ? `Between 0.1 and ${MOST_CM2} cm²` : undefined;
  return (
    <div>
      <Field label={`Lit area, ${placeNames([site]).toLowerCase()}`} unit="cm²" inputMode="decimal" value={text} wrong={wrong} hint="As you measured it on the skin" onInput={onInput} />
      {before !== null && text === "" && (
        <Button kind="quiet" onPress={() => { onInput(String(before)); }}>
          As last time: {before} cm²
        </Button>
      )}
    </div>
  );
}

/** Energy is known only with the lit area, which nobody but the person can have measured: asked here, kept with the session, never guessed. */
export function Energy({ entry, low }: { entry: Entry; low: Readonly<Record<string, number | null>> }): JSX.Element {
  const kept = areasOf(entry);
  const typed = useSignal<Record<string, string>>({});
  const textOf = (site: string): string => typed.value[site] ?? (kept[site] === undefined ? "" : String(kept[site]));
  const energy = energyOf(entry.fluenceJCm2, low, entry.sites, kept);
  const save = useOnce()(async () => {
    const areas = Object.fromEntries(entry.sites.flatMap((site) => { const area = areaIn(textOf(site)); return area === null ? [] : [[site, area]]; }));
    try {
      await opened().write("lit_area", { session_id: entry.id, areas_cm2: areas, at: now().toISOString() });
      typed.value = {};
      say("Lit area saved");
    } catch (error) {
      say(notSavedWords(error));
    }
  });
  const changed = entry.sites.some((site) => areaIn(textOf(site)) !== (kept[site] ?? null));
  const whole = entry.sites.some((site) => areaIn(textOf(site)) !== null);
  return (
    <details>
      <summary>Energy in joules{Object.keys(kept).length === 0 && ": not known"}</summary>
      <div class="stack">
        <p class="soft small">
          Another quantity than the dose: dose times lit area. The panel does not tell which area it lit, so nothing is said of the energy unless you measured it.
          It is an upper bound: light is weaker towards the edges.
        </p>
        <dl class="facts plate">
          {entry.sites.map((site) => (
            <OfPlace key={site} site={site} energy={energy[site] ?? null} />
          ))}
        </dl>
        {entry.sites.map((site) => (
          <AreaField key={site} entry={entry} site={site} text={textOf(site)} onInput={(text) => { typed.value = { ...typed.value, [site]: text }; }} />
        ))}
        {changed && whole && <Button onPress={save}>Keep this with the session</Button>}
      </div>
    </details>
  );
}
