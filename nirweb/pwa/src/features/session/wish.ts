import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Levels, Panel, PanelChannel, Row } from "../../store/entities";
import type { Held } from "../dose/reckon";
import type { CheckBody } from "../line/messages";
import { isGuest } from "../account/me";
import { allEntries } from "../log/all";
import { minutesToday } from "../plan/build-up";
import { freshId, now, rowsOf, zone } from "../records";
import { coursesToday } from "../today/day";

/** What one would like to run, filled in from the course and from last time, so that it has only to be confirmed. */
export interface Wish {
  sessionId: string;
  regimenId: string | null;
  panels: ReadonlySignal<readonly Row<"panel">[]>;
  panel: ReadonlySignal<Row<"panel"> | null>;
  panelId: Signal<string | null>;
  sites: Signal<string[]>;
  distance: Signal<string>;
  minutes: Signal<string>;
  /** A dose that was typed, which the time follows. */
  held: Signal<Held | null>;
  levels: Signal<Levels>;
  eyewear: Signal<boolean>;
  body: ReadonlySignal<CheckBody | null>;
}

export const LONGEST_MIN = 30;
/** A longer one is still looked at, to say what stands against it. */
export const LONGEST_LOOK_MIN = 24 * 60;
const HALF = 50;

/** A typed number: comma or point; null where it is none, or out of range. */
export function numberIn(text: string, low: number, high: number): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && Number.isFinite(value) && value >= low && value <= high ? value : null;
}

/** A level that the panel can do: off, or within its range. */
export function settled(value: number, channel: Pick<PanelChannel, "min_pct" | "max_pct">): number {
  if (value < channel.min_pct / 2 || value === 0) return 0;
  return Math.min(channel.max_pct, Math.max(channel.min_pct, Math.round(value)));
}

/** Levels for exactly this panel's wavelengths. */
export function levelsFor(panel: Panel, from: Readonly<Levels> | null): Levels {
  return Object.fromEntries(
    panel.channels.map((channel) => [String(channel.wavelength_nm), settled(from ? (from[channel.wavelength_nm] ?? 0) : HALF, channel)]),
  );
}

interface Before {
  panelId: string | null;
  sites: string[];
  distance: number | null;
  minutes: number | null;
  levels: Levels | null;
}

/** For the try-out: a plan that only has to be confirmed. There is no light, so nothing is decided for anybody's skin. */
const tryOut: Before = { panelId: null, sites: ["left_arm"], distance: 20, minutes: 1, levels: null };

function lastTime(): Before {
  const session = rowsOf("session").at(-1)?.body;
  if (!session && isGuest.peek()) return tryOut;
  if (!session) return { panelId: null, sites: [], distance: null, minutes: null, levels: null };
  return {
    panelId: session.panel_id,
    sites: session.sites,
    distance: session.distance_cm,
    minutes: Math.round(session.planned.duration_s / 6) / 10,
    levels: session.planned.levels_pct,
  };
}

/** What a shortcut on the phone's home screen means: whichever course is due. */
const TODAY = "today";

function dueToday(): string | null {
  const courses = coursesToday(rowsOf("regimen"), allEntries.value, now(), zone.value);
  return courses.find((course) => course.due && !course.done)?.row.id ?? null;
}

function fromCourse(asked: string | null): { id: string; before: Partial<Before> } | null {
  const open = rowsOf("regimen").filter((row) => row.body.ended_on === null);
  const regimenId = asked === TODAY ? dueToday() : asked;
  const row = open.find((one) => one.id === regimenId) ?? (open.length === 1 ? open[0] : undefined);
  if (!row) return null;
  const { body } = row;
  const levels = Object.fromEntries(Object.entries(body.wavelengths).map(([nm, light]) => [nm, light.level_pct]));
  const before: Partial<Before> = { sites: body.sites, minutes: minutesToday(row), levels };
  if (body.panel_id) before.panelId = body.panel_id;
  if (body.distance_cm !== null) before.distance = body.distance_cm;
  return { id: row.id, before };
}

const words = (value: number | null): string => (value === null ? "" : String(value));

/** Made once when the screen opens. `panelId` and `regimenId` are what the address asks for. */
export function newWish(asked: { regimenId: string | null; panelId: string | null }): Wish {
  const course = fromCourse(asked.regimenId);
  const before = { ...lastTime(), ...course?.before };
  const panels = computed(() => rowsOf("panel"));
  const known = (id: string | null | undefined): string | null => (panels.peek().some((row) => row.id === id) ? (id ?? null) : null);
  const only = panels.peek().length === 1 ? (panels.peek()[0]?.id ?? null) : null;
  const panelId = signal(known(asked.panelId) ?? known(before.panelId) ?? only);
  const panel = computed(() => panels.value.find((row) => row.id === panelId.value) ?? null);
  const wish = {
    sessionId: freshId(),
    regimenId: course?.id ?? null,
    panels,
    panel,
    panelId,
    sites: signal([...before.sites]),
    distance: signal(words(before.distance)),
    minutes: signal(words(before.minutes)),
    held: signal(null),
    levels: signal(panel.peek() ? levelsFor((panel.peek() as Row<"panel">).body, before.levels) : {}),
    eyewear: signal(false),
  };
  return { ...wish, body: computed(() => bodyOf(wish)) };
}

function bodyOf(wish: Omit<Wish, "body">): CheckBody | null {
  const distance = numberIn(wish.distance.value, 0.5, 300);
  const minutes = numberIn(wish.minutes.value, 0.1, LONGEST_MIN);
  if (!wish.panel.value || wish.sites.value.length === 0 || distance === null || minutes === null) return null;
  return {
    session_id: wish.sessionId,
    panel_id: wish.panel.value.id,
    sites: wish.sites.value,
    distance_cm: distance,
    duration_s: Math.round(minutes * 60),
    levels_pct: wish.levels.value,
    eyewear: wish.eyewear.value,
    regimen_id: wish.regimenId,
  };
}
