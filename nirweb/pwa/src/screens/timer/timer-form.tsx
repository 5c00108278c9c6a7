import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Fader } from "../../design/fader";
import { Field, Group, Pick } from "../../design/field";
import { me } from "../../features/account/me";
import { strengthAt } from "../../features/log/draft";
import { minutesToday } from "../../features/plan/build-up";
import { channelsOf, levelsWith } from "../../features/plan/draft";
import { freshId, now, rowOf, rowsOf } from "../../features/records";
import { foresee, nothingForeseen } from "../../features/session/foresee";
import { LONGEST_MIN, numberIn, settled } from "../../features/session/wish";
import { begin } from "../../features/timer/timer";
import type { Bodies, Levels } from "../../store/entities";
import { DistanceField } from "../parts/distance-field";
import { Forbids } from "../parts/forbids";
import { Places } from "../parts/places";

interface Draft {
  regimenId: string | null;
  panelId: string | null;
  sites: string[];
  minutes: string;
  distance: string;
  levels: Levels;
}

const panelOf = (id: string | null): Bodies["panel"] | undefined => (id ? rowOf("panel", id)?.body : undefined);

const blank: Draft = { regimenId: null, panelId: null, sites: [], minutes: "", distance: "", levels: {} };

function firstDraft(): Draft {
  const asked = new URLSearchParams(location.search).get("regimen");
  const open = rowsOf("regimen").filter((row) => row.body.ended_on === null);
  const course = open.find((row) => row.id === asked) ?? open[0];
  if (!course) return blank;
  const { panel_id, sites, distance_cm, wavelengths } = course.body;
  return {
    regimenId: course.id,
    panelId: panelOf(panel_id) ? panel_id : null,
    sites,
    minutes: String(minutesToday(course)),
    distance: distance_cm === null ? "" : String(distance_cm),
    levels: Object.fromEntries(Object.entries(wavelengths).map(([nm, light]) => [nm, light.level_pct])),
  };
}

interface PartProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

function WhichPanel({ draft, change }: PartProps): JSX.Element | null {
  const panels = rowsOf("panel");
  if (panels.length === 0) return null;
  return (
    <Group legend="With" chips>
      {panels.map((row) => (
        <Pick key={row.id} kind="one" chip name="panel" label={row.body.name} checked={draft.panelId === row.id} onPick={() => { change({ panelId: row.id, levels: levelsWith(row.body, draft.levels) }); }} />
      ))}
      <Pick kind="one" chip name="panel" label="Another panel" checked={draft.panelId === null} onPick={() => { change({ panelId: null }); }} />
    </Group>
  );
}

function Levels({ draft, change }: PartProps): JSX.Element | null {
  const panel = panelOf(draft.panelId);
  if (!panel) return null;
  return (
    <>
      {panel.channels.map((channel) => (
        <Fader
          key={channel.wavelength_nm}
          wavelengthNm={channel.wavelength_nm}
          minPct={0}
          maxPct={channel.max_pct}
          valuePct={draft.levels[channel.wavelength_nm] ?? 0}
          onMove={(level) => { change({ levels: { ...draft.levels, [channel.wavelength_nm]: settled(level, channel) } }); }}
        />
      ))}
    </>
  );
}

/** Of an unknown panel it is not known what it lights: the limits are asked for red and infrared alike. */
const FULL = 100;

function foreseen(draft: Draft, minutes: number): ReturnType<typeof foresee> {
  const panel = panelOf(draft.panelId);
  const channels = channelsOf(panel);
  const levels_pct = panel ? draft.levels : Object.fromEntries(channels.map((channel) => [channel.wavelength_nm, FULL]));
  return foresee({ sites: draft.sites, distance_cm: numberIn(draft.distance, 0.5, 300), duration_s: minutes * 60, levels_pct, channels });
}

export function TimerForm(): JSX.Element {
  const draft = useSignal(firstDraft());
  const eyewear = useSignal(false);
  const change = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part };
  };
  const { value } = draft;
  const minutes = numberIn(value.minutes, 0.1, LONGEST_MIN);
  const whole = minutes !== null && value.sites.length > 0;
  const limits = whole ? foreseen(value, minutes) : nothingForeseen;
  const start = (): void => {
    if (!whole) return;
    const panel = panelOf(value.panelId);
    const distance_cm = numberIn(value.distance, 0.5, 300);
    begin({
      entry_id: freshId(),
      person_id: me.value?.id ?? "",
      started_at: Date.now(),
      began_at: now().toISOString(),
      planned_s: Math.round(minutes * 60),
      sites: value.sites,
      distance_cm,
      panel_id: value.panelId,
      levels_pct: panel ? value.levels : null,
      irradiance_mw_cm2: panel && distance_cm !== null ? strengthAt(panel, value.levels, distance_cm) : null,
      regimen_id: value.regimenId,
    });
  };
  return (
    <form
      class="stack timer-form"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <Places legend="Where does the light go?" chosen={value.sites} onChange={(sites) => { change({ sites }); }} />
      <div class="two">
        <Field label="Time" unit="min" inputMode="decimal" value={value.minutes} hint={`${LONGEST_MIN} min at most`} onInput={(text) => { change({ minutes: text }); }} />
        <DistanceField value={value.distance} hint="Empty if not known" onInput={(distance) => { change({ distance }); }} />
      </div>
      <WhichPanel draft={value} change={change} />
      <Levels draft={value} change={change} />
      <Pick
        label="Everyone in this light wears eyewear"
        checked={eyewear.value}
        onPick={(on) => (eyewear.value = on)}
      />
      <Forbids foreseen={limits} title="Better not now" onTake={(minutes) => { change({ minutes }); }} />
      <Button kind="main" wide type="submit" icon="clock" disabled={!whole || !eyewear.value || limits.reasons.length > 0}>
        Start counting
      </Button>
    </form>
  );
}
