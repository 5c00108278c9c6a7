import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Field } from "../../design/field";
import { dosesAt, minutesOf, typed, type Held } from "../../features/dose/reckon";
import { LONGEST_LOOK_MIN, LONGEST_MIN, numberIn } from "../../features/session/wish";
import type { Levels, PanelChannel } from "../../store/entities";
import { DistanceField } from "./distance-field";

/** What is planned, as typed. */
export interface Amount {
  distance: string;
  minutes: string;
  levels: Levels;
}
interface DoseFieldsProps {
  amount: Amount;
  channels: readonly PanelChannel[];
  /** The dose that the time follows; null while the doses follow the time. */
  held: Signal<Held | null>;
  onChange: (part: Partial<Amount>) => void;
  wrong: { distance?: string | null | undefined; minutes?: string | null | undefined };
}

const placeOf = (amount: Amount, channels: readonly PanelChannel[]) => ({
  channels,
  distance_cm: numberIn(amount.distance, 0.5, 300),
  levels: amount.levels,
});

/** The change, with the time that the held dose needs then. */
export function following(amount: Amount, part: Partial<Amount>, channels: readonly PanelChannel[], held: Held | null): Partial<Amount> {
  const wanted = held ? numberIn(held.text, 0.001, 10_000) : null;
  if (!held || wanted === null || part.minutes !== undefined) return part;
  const minutes = minutesOf(held.nm, wanted, placeOf({ ...amount, ...part }, channels));
  return { ...part, minutes: minutes === null ? "" : String(minutes) };
}

/** Distance, time and dose: the time brings the doses, and a dose that is typed brings the time. */
export function DoseFields({ amount, channels, held, onChange, wrong }: DoseFieldsProps): JSX.Element {
  const minutes = numberIn(amount.minutes, 0.01, LONGEST_LOOK_MIN);
  const place = placeOf(amount, channels);
  const doses = dosesAt(place, minutes === null ? null : minutes * 60);
  const reckoned = dosesAt(place, 0);
  const lit = channels.filter(({ wavelength_nm }) => (amount.levels[wavelength_nm] ?? 0) > 0 && reckoned[wavelength_nm] !== null);
  const shown = (nm: number): string => {
    if (held.value?.nm === nm) return held.value.text;
    const dose = doses[nm];
    return dose === null || dose === undefined ? "" : typed(dose);
  };
  const want = (nm: number, text: string): void => {
    held.value = { nm, text };
    onChange(following(amount, {}, channels, held.value));
  };
  return (
    <>
      <div class="two">
        <DistanceField value={amount.distance} hint="Panel to skin" wrong={wrong.distance} onInput={(distance) => { onChange(following(amount, { distance }, channels, held.value)); }} />
        <Field
          label="Time"
          unit="min"
          inputMode="decimal"
          value={amount.minutes}
          wrong={wrong.minutes}
          hint={held.value ? "Follows the dose" : `${LONGEST_MIN} at most`}
          onInput={(text) => {
            held.value = null;
            onChange({ minutes: text });
          }}
        />
      </div>
      {lit.length > 0 && (
        <div class="two">
          {lit.map(({ wavelength_nm: nm }) => (
            <Field
              key={nm}
              label={`Dose at ${nm} nm`}
              unit="J/cm²"
              inputMode="decimal"
              value={shown(nm)}
              hint={held.value?.nm === nm ? "As you want it" : held.value ? "Follows the time" : "Or say the dose: the time follows"}
              onInput={(text) => { want(nm, text); }}
            />
          ))}
        </div>
      )}
    </>
  );
}
