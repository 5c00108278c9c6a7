import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../design/button";
import { Dial } from "../../design/dial";
import { Fader } from "../../design/fader";
import { Icon } from "../../design/icon";
import { Notice } from "../../design/notice";
import { placeNames } from "../../features/places";
import { refusedLevels } from "../../features/line/line";
import { ownName, rowOf, zone } from "../../features/records";
import { feel, stayAwake } from "../../features/session/body";
import { done, pause, reportedLevels, setLevels, stop } from "../../features/session/control";
import type { KeptRun } from "../../features/session/kept";
import { START_LIFE_MS, type View } from "../../features/session/view";
import { settled } from "../../features/session/wish";
import { clockTime, timeOf } from "../../features/words";
import { StillHere } from "./still-here";
import "./reasons.css";

/** The server takes four changes a second. */
const LEVELS_EVERY_MS = 260;

/** The light climbs softly to what was asked for; longer than this it is no ramp any more. */
const RAMP_MS = 8_000;

function noteOn(told: number | undefined, asked: number, sinceMs: number): string {
  if (told === undefined || told === asked) return "";
  return told < asked && sinceMs < RAMP_MS ? `Rising softly, now ${told} %` : `The panel reports ${told} %`;
}

/** Levels of each wavelength by themselves; they follow the thumb, and what the panel reports stands beside them. */
function Levels({ kept, live }: { kept: KeptRun; live: boolean }): JSX.Element | null {
  const wanted = useSignal(kept.plan.levels_pct);
  const movedAt = useRef(Date.now());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sentAt = useRef(0);
  const panel = rowOf("panel", kept.plan.panel_id)?.body;
  if (!panel) return null;
  const move = (nm: number, value: number): void => {
    wanted.value = { ...wanted.value, [nm]: value };
    movedAt.current = Date.now();
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => {
        sentAt.current = performance.now();
        void setLevels(wanted.value);
      },
      sentAt.current + LEVELS_EVERY_MS - performance.now(),
    );
  };
  return (
    <section class="stack levels" aria-label="Levels">
      {panel.channels.map((channel) => {
        const told = reportedLevels.value?.[channel.wavelength_nm];
        const asked = wanted.value[channel.wavelength_nm] ?? 0;
        return (
          <Fader
            key={channel.wavelength_nm}
            wavelengthNm={channel.wavelength_nm}
            valuePct={asked}
            minPct={0}
            maxPct={channel.max_pct}
            disabled={!live}
            note={live ? noteOn(told, asked, Date.now() - movedAt.current) : ""}
            onMove={(value) => {
              move(channel.wavelength_nm, settled(value, channel));
            }}
          />
        );
      })}
      {refusedLevels.value && (
        <Notice tone="warn" live>
          {refusedLevels.value}
        </Notice>
      )}
    </section>
  );
}

/** The panel's own timer bounds the light, whatever happens to the line. */
const latestEnd = (kept: KeptRun): string => timeOf(new Date(kept.asked_at + START_LIFE_MS + kept.plan.duration_s * 1000 + 60_000), zone.value);
const bound = (kept: KeptRun): string => (kept.attended ? "not known" : `off by ${latestEnd(kept)} at the latest`);

function brightness(): number {
  const levels = Object.values(reportedLevels.value ?? {});
  return levels.length === 0 ? 0 : Math.max(...levels) / 100;
}

function Face({ kept, view }: { kept: KeptRun; view: View }): JSX.Element {
  const lit = view.left_s === null ? 0 : view.left_s / kept.plan.duration_s;
  return (
    <Dial lit={lit} glow={view.phase === "running" ? brightness() : 0}>
      <span class="dial-num dial-count" role="timer" aria-live="off">
        {view.left_s === null ? "–:––" : clockTime(view.left_s)}
      </span>
      <span class="soft small">{view.left_s === null ? bound(kept) : "left"}</span>
    </Dial>
  );
}

export function Running({ kept, view }: { kept: KeptRun; view: View }): JSX.Element {
  const live = view.phase === "running" || view.phase === "commanded";
  const phase = view.phase;
  useEffect(stayAwake, []);
  useEffect(() => {
    if (phase === "running") feel(60);
    if (phase === "unknown") feel([80, 60, 80]);
  }, [phase]);
  return (
    <>
      <div class="session-two">
        <div class="stack session-face">
          <Face kept={kept} view={view} />
          <div class="state" role="status" aria-live="polite">
            <h2 class={`row state-${view.tone}`}>
              {(view.tone === "warn" || view.tone === "bad") && <Icon name="alert" size={28} />}
              {view.title}
            </h2>
            <p class={view.tone === "plain" ? "soft" : ""}>{view.detail}</p>
          </div>
        </div>
        <div class="stack">
          {view.onlySeen && (
            <Button kind="plain" onPress={done}>
              I see that it is off
            </Button>
          )}
          {kept.attended && live && <StillHere />}
          <Levels kept={kept} live={live} />
          <p class="soft small">
            {ownName.value || "You"} on {kept.panel_name}: {placeNames(kept.plan.sites)}, {kept.plan.distance_cm} cm
          </p>
        </div>
      </div>
      <div class="stop-bar">
        <Button kind="plain" icon="pause" disabled={!live} onPress={pause}>
          Pause
        </Button>
        <Button kind="stop" icon="stop" onPress={stop}>
          {view.phase === "stopping" ? "Stop again" : "Stop"}
        </Button>
      </div>
    </>
  );
}
