import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../design/button";
import { Fader } from "../../design/fader";
import { Field, Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { courseNames } from "../../features/course-names";
import { read, type Draft, type Wrong } from "../../features/log/draft";
import { toField } from "../../features/log/local-time";
import { minutesToday } from "../../features/plan/build-up";
import { now, opened, rowOf, rowsOf, zone } from "../../features/records";
import { go } from "../../features/router";
import { say } from "../../features/toast";
import { notSavedWords, useOnce } from "../../features/saving";
import { Page } from "../page";
import { DistanceField } from "../parts/distance-field";
import { Places } from "../parts/places";
import { WithRecords } from "../parts/with-records";
import "./log.css";

const levelsOf = (panelId: string): Record<string, number> =>
  Object.fromEntries((rowOf("panel", panelId)?.body.channels ?? []).map((channel) => [channel.wavelength_nm, channel.max_pct]));

function firstDraft(): Draft {
  const course = rowsOf("regimen").find((row) => row.body.ended_on === null);
  const panelId = course?.body.panel_id ?? "";
  return {
    sites: course?.body.sites ?? [],
    when: toField(new Date(now().getTime() - 15 * 60_000), zone.value),
    minutes: String(course ? minutesToday(course) : 10),
    panelId: rowOf("panel", panelId) ? panelId : "",
    distance: course?.body.distance_cm ? String(course.body.distance_cm) : "",
    levels: levelsOf(panelId),
    regimenId: course?.id ?? "",
  };
}

interface PartProps {
  draft: Draft;
  wrong: Wrong;
  change: (part: Partial<Draft>) => void;
}

function WhichPanel({ draft, change }: PartProps): JSX.Element | null {
  const panels = rowsOf("panel");
  if (panels.length === 0) return null;
  const choose = (panelId: string): void => {
    change({ panelId, levels: levelsOf(panelId) });
  };
  return (
    <Group legend="With" chips>
      {panels.map((row) => (
        <Pick key={row.id} kind="one" chip name="panel" label={row.body.name} checked={draft.panelId === row.id} onPick={() => { choose(row.id); }} />
      ))}
      <Pick kind="one" chip name="panel" label="Another panel" checked={draft.panelId === ""} onPick={() => { choose(""); }} />
    </Group>
  );
}

function WhichCourse({ draft, change }: PartProps): JSX.Element | null {
  const courses = rowsOf("regimen").filter((row) => row.body.ended_on === null);
  if (courses.length === 0) return null;
  const names = courseNames(courses.map((row) => row.body));
  return (
    <Group legend="Part of" chips>
      {courses.map((row, i) => (
        <Pick key={row.id} kind="one" chip name="course" label={names[i] ?? ""} checked={draft.regimenId === row.id} onPick={() => { change({ regimenId: row.id }); }} />
      ))}
      <Pick kind="one" chip name="course" label="No course" checked={draft.regimenId === ""} onPick={() => { change({ regimenId: "" }); }} />
    </Group>
  );
}

function Levels({ draft, change }: PartProps): JSX.Element | null {
  const panel = draft.panelId ? rowOf("panel", draft.panelId)?.body : undefined;
  if (!panel) return null;
  return (
    <fieldset class="group">
      <legend>Levels</legend>
      {panel.channels.map((channel) => (
        <Fader
          key={channel.wavelength_nm}
          wavelengthNm={channel.wavelength_nm}
          minPct={0}
          maxPct={channel.max_pct}
          valuePct={draft.levels[channel.wavelength_nm] ?? 0}
          onMove={(value) => { change({ levels: { ...draft.levels, [channel.wavelength_nm]: value } }); }}
        />
      ))}
    </fieldset>
  );
}

function Form(): JSX.Element {
  const draft = useSignal(firstDraft());
  const wrong = useSignal<Wrong>({});
  const general = useSignal<string | null>(null);
  const change = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part };
  };
  const save = useOnce()(async () => {
    const panel = draft.value.panelId ? rowOf("panel", draft.value.panelId)?.body : undefined;
    const result = read(draft.value, panel, zone.value, now());
    general.value = null;
    wrong.value = "wrong" in result ? result.wrong : {};
    if ("wrong" in result) {
      general.value = "Some of it is not right yet; it is marked above.";
      return;
    }
    try {
      const id = await opened().write("session_log", result.body);
      go(`/log/${id}`, { replace: true });
      say("Saved", async () => {
        await opened().correct("session_log", id, null, "undone");
        go("/log", { replace: true });
      });
    } catch (error) {
      general.value = notSavedWords(error);
    }
  });
  const part = { draft: draft.value, wrong: wrong.value, change };
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Places legend="Where did the light go?" chosen={draft.value.sites} onChange={(sites) => { change({ sites }); }} wrong={wrong.value.sites ?? null} />
      <Field label="Began at" type="datetime-local" value={draft.value.when} onInput={(when) => { change({ when }); }} wrong={wrong.value.when} />
      <Field label="Lasted" unit="min" inputMode="decimal" value={draft.value.minutes} onInput={(minutes) => { change({ minutes }); }} wrong={wrong.value.minutes} />
      <WhichPanel {...part} />
      <Levels {...part} />
      <DistanceField
        label="Distance from the panel to your skin"
        value={draft.value.distance}
        onInput={(distance) => { change({ distance }); }}
        wrong={wrong.value.distance}
        hint="Empty if you do not know. Then only the minutes count."
      />
      <WhichCourse {...part} />
      {general.value && (
        <Notice tone="bad" live>
          {general.value}
        </Notice>
      )}
      <Button kind="main" wide type="submit">
        Save
      </Button>
    </form>
  );
}

export default function NewEntry(): JSX.Element {
  return (
    <Page title="Write a session down" home="/log" lead="It counts towards the same limits as a session with a panel.">
      <WithRecords>
        <Form />
      </WithRecords>
    </Page>
  );
}
