import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { lightClass, lightName } from "./swatch";
import "./fader.css";

interface FaderProps {
  wavelengthNm: number;
  valuePct: number;
  minPct: number;
  maxPct: number;
  /** While moving. */
  onMove: (valuePct: number) => void;
  /** When let go. */
  onSet?: (valuePct: number) => void;
  disabled?: boolean;
  /** Empty: its room is kept, so that nothing below moves when it comes and goes. */
  note?: string | undefined;
}

/** The level of one wavelength: a broad track under the thumb, solid for visible light, hatched for infrared. */
export function Fader({ wavelengthNm, valuePct, minPct, maxPct, onMove, onSet, disabled, note }: FaderProps): JSX.Element {
  const id = useId();
  const read = (event: Event): number => Number((event.currentTarget as HTMLInputElement).value);
  return (
    <div class={valuePct === 0 ? "fader off" : "fader"} style={{ "--level": valuePct / 100 }}>
      <div class="row apart fader-head">
        <label for={id}>{lightName(wavelengthNm)}</label>
        <output for={id} class="num">
          {valuePct} %
        </output>
      </div>
      <div class="fader-track">
        <span class={`fader-fill ${lightClass(wavelengthNm)}`} aria-hidden="true" />
        <input
          id={id}
          type="range"
          min={minPct}
          max={maxPct}
          step={1}
          value={valuePct}
          disabled={disabled}
          aria-valuetext={`${valuePct} percent`}
          onInput={(event) => {
            onMove(read(event));
          }}
          onChange={(event) => onSet?.(read(event))}
        />
      </div>
      {note !== undefined && <p class="soft small">{note || "\u00a0"}</p>}
    </div>
  );
}
