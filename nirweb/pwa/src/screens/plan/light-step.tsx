import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Dial } from "../../design/dial";
import { Fader } from "../../design/fader";
import { Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { lightName, Swatch } from "../../design/swatch";
import type { Aim } from "../../features/aims";
import type { Held } from "../../features/dose/reckon";
import { channelsOf, broughtIn, dosesOf, levelsWith, measuredSpan, minutesFor, type PlanDraft, type Wrong } from "../../features/plan/draft";
import { rowOf, rowsOf } from "../../features/records";
import { foreseeCourse, nothingForeseen, type Foreseen } from "../../features/session/foresee";
import { LONGEST_LOOK_MIN, LONGEST_MIN, numberIn, settled } from "../../features/session/wish";
import { fluence, trimmed } from "../../features/words";
import type { PanelChannel } from "../../store/entities";
import { Basis } from "../parts/basis";
import { DoseFields, following } from "../parts/dose-fields";
import { Forbids } from "../parts/forbids";
import { BuildUpPart } from "./build-up-part";

interface LightProps {
  draft: Signal<PlanDraft>;
  aim: Aim | undefined;
  wrong: Wrong;
  /** Of the course that is being changed; null for a new one. */
  courseId: string | null;
}

function WhichPanel({ draft }: { draft: Signal<PlanDraft> }): JSX.Element | null {
  const panels = rowsOf("panel");
  if (panels.length === 0) return null;
  const choose = (panelId: string | null): void => {
    const panel = panelId ? rowOf("panel", panelId)?.body : undefined;
    draft.value = { ...draft.value, panelId, levels: levelsWith(panel, draft.value.levels) };
  };
  return (
    <Group legend="With which panel?" chips>
      {panels.map((row) => (
        <Pick key={row.id} chip kind="one" name="panel" label={row.body.name} checked={draft.value.panelId === row.id} onPick={() => { choose(row.id); }} />
      ))}
      <Pick chip kind="one" name="panel" label="Another" checked={draft.value.panelId === null} onPick={() => { choose(null); }} />
    </Group>
  );
}

/** What one session brings, as far as it can be known, beside what was studied. */
function Brings({ draft, aim }: { draft: PlanDraft; aim: Aim | undefined }): JSX.Element {
  const panel = draft.panelId ? rowOf("panel", draft.panelId)?.body : undefined;
  const doses = dosesOf(draft, panel);
  const known = Object.entries(doses).filter((one): one is [string, number] => one[1] !== null && one[1] > 0);
  const lit = Object.values(draft.levels).some((level) => level > 0);
  const range = measuredSpan(panel);
  const studied = aim?.default?.fluence_j_cm2;
  return (
    <div class="stack brings">
      <Dial lit={(numberIn(draft.minutes, 0, LONGEST_MIN) ?? 0) / LONGEST_MIN} quiet marks={["", "5", "10", "15", "20", "25"]}>
        <span class="dial-num dial-count">{draft.minutes === "" ? "–" : draft.minutes}</span>
        <span class="soft small">min</span>
      </Dial>
      <div class="stack" role="status" aria-live="polite">
        {known.map(([nm, value]) => (
          <p class="row" key={nm}>
            <Swatch wavelengthNm={Number(nm)} /> {lightName(Number(nm))}: <b class="num">{fluence(value)}</b>
          </p>
        ))}
        {known.length === 0 && lit && (
          <p class="soft">
            {range
              ? `This panel was measured from ${trimmed(range.low)} to ${trimmed(range.high)} cm; elsewhere no dose is guessed.`
              : "The strength of the panel is not known, so no dose is shown: minutes only."}
          </p>
        )}
        {studied && (
          <p class="soft">
            Studied at {trimmed(studied.low)} to {trimmed(studied.high)} J/cm² of red light.
          </p>
        )}
        <Basis of="dose" words="What stands behind a dose" />
      </div>
    </div>
  );
}

/** What the limits say of the course as it stands; nothing while it is not whole. */
function foreseenOf(draft: PlanDraft, channels: readonly PanelChannel[], courseId: string | null): Foreseen {
  const minutes = numberIn(draft.minutes, 0.01, LONGEST_LOOK_MIN);
  const lit = Object.values(draft.levels).some((level) => level > 0);
  if (minutes === null || !lit || draft.sites.length === 0) return nothingForeseen;
  const light = { sites: draft.sites, distance_cm: numberIn(draft.distance, 0.5, 300), duration_s: minutes * 60, levels_pct: draft.levels, channels };
  return foreseeCourse(light, draft.days.length, courseId);
}

export function LightStep({ draft, aim, wrong, courseId }: LightProps): JSX.Element {
  const { value } = draft;
  const panel = value.panelId ? rowOf("panel", value.panelId)?.body : undefined;
  const studied = aim?.default?.fluence_j_cm2;
  const minutes = studied ? minutesFor(studied.low, value, panel) : null;
  const held = useSignal<Held | null>(null);
  const channels = channelsOf(panel);
  const change = (part: Partial<PlanDraft>): void => {
    draft.value = { ...draft.value, ...part };
  };
  const take = (text: string): void => {
    held.value = null;
    change({ minutes: text });
  };
  return (
    <div class="stack light-step">
      <div class="stack">
        <WhichPanel draft={draft} />
        <DoseFields amount={value} channels={channels} held={held} wrong={wrong} onChange={change} />
        {minutes !== null && String(minutes) !== value.minutes && (
          <Button kind="quiet" icon="clock" onPress={() => { take(String(minutes)); }}>
            {trimmed(minutes)} min bring {fluence(broughtIn(minutes, value, panel))}; studied from {trimmed(studied?.low ?? 0)} J/cm²
          </Button>
        )}
        {channels.map((channel) => (
          <Fader
            key={channel.wavelength_nm}
            wavelengthNm={channel.wavelength_nm}
            valuePct={value.levels[channel.wavelength_nm] ?? 0}
            minPct={0}
            maxPct={channel.max_pct}
            onMove={(level) => { change(following(draft.value, { levels: { ...draft.value.levels, [channel.wavelength_nm]: settled(level, channel) } }, channels, held.value)); }}
          />
        ))}
        {wrong.levels && (
          <Notice tone="bad" live>
            {wrong.levels}
          </Notice>
        )}
        <BuildUpPart plan={value.buildUp} minutes={numberIn(value.minutes, 0.1, LONGEST_MIN)} onChoose={(buildUp) => { change({ buildUp }); }} />
        <Forbids foreseen={foreseenOf(value, channels, courseId)} title="What stands against this plan?" onTake={take} />
        <Basis of="limits" words="What the limits rest on" />
      </div>
      <Brings draft={value} aim={aim} />
    </div>
  );
}
