import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import "./dial.css";

interface DialProps {
  /** How much of the ring is lit, 0 to 1, clockwise from the top. */
  lit: number;
  /** How strongly it glows, 0 to 1. */
  glow?: number;
  /** Engraved round the ring, evenly, the first at the top. */
  marks?: readonly string[];
  quiet?: boolean;
  children?: ComponentChildren;
}

const TICKS = 120;
const RING = 140;
const MARKS = 112;

/** The instrument's face: a ring of ticks that light up, as on a darkroom timer. What it shows is also always said in words. */
export function Dial({ lit, glow = 1, marks = [], quiet = false, children }: DialProps): JSX.Element {
  const id = useId();
  const part = Math.min(1, Math.max(0, lit));
  return (
    <div class={quiet ? "dial quiet" : "dial"} style={{ "--glow-now": glow }}>
      <svg viewBox="-160 -160 320 320" aria-hidden="true" focusable="false">
        <mask id={id}>
          <circle r={RING} class="dial-mask" pathLength={1} stroke-dasharray={`${part} 2`} transform="rotate(-91.5)" />
        </mask>
        <circle r="156" class="dial-rim" />
        <circle r="124" class="dial-face" />
        <circle r={RING} class="dial-ticks" pathLength={TICKS} transform="rotate(-91.5)" />
        <g mask={`url(#${id})`}>
          <circle r={RING} class="dial-lit" pathLength={TICKS} transform="rotate(-91.5)" />
        </g>
        <path d="M0-118l5 9h-10z" class="dial-index" />
        {marks.map((mark, index) => {
          const angle = (index / marks.length) * 2 * Math.PI;
          return (
            <text key={mark} class="dial-mark" x={MARKS * 0.92 * Math.sin(angle)} y={-MARKS * 0.92 * Math.cos(angle)}>
              {mark}
            </text>
          );
        })}
      </svg>
      <div class="dial-middle">{children}</div>
    </div>
  );
}
