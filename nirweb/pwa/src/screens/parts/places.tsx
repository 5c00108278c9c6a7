import type { ComponentChildren, JSX } from "preact";
import { Pick } from "../../design/field";
import { groups, places } from "../../features/places";
import { Body } from "./body";

interface PlacesProps {
  legend: ComponentChildren;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** One more choice that is no place of its own. */
  extra?: { id: string; name: string };
  wrong?: string | null;
}

/** Where on the body: a figure to look at and tap, and the same as chips in three groups. */
export function Places({ legend, chosen, onChange, extra, wrong }: PlacesProps): JSX.Element {
  const toggle = (id: string, on: boolean): void => {
    onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  };
  const chip = (id: string, name: string): JSX.Element => (
    <Pick
      key={id}
      chip
      label={name}
      checked={chosen.includes(id)}
      onPick={(on) => {
        toggle(id, on);
      }}
    />
  );
  return (
    <fieldset class="group places" aria-invalid={wrong ? true : undefined}>
      <legend>{legend}</legend>
      {wrong && <p class="small wrong-words">{wrong}</p>}
      <Body
        chosen={chosen}
        onToggle={(site) => {
          toggle(site, !chosen.includes(site));
        }}
      />
      {groups.map((group) => (
        <div class="group-chips" key={group.id} role="group" aria-label={group.name}>
          {places.filter((place) => place.group === group.id).map((place) => chip(place.id, place.name))}
        </div>
      ))}
      {extra && <div class="group-chips">{chip(extra.id, extra.name)}</div>}
    </fieldset>
  );
}
