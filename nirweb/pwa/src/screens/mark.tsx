import type { JSX } from "preact";

/** The product's mark: the dial, one part of it lit. */
export function Mark({ size = 32 }: { size?: number }): JSX.Element {
  return (
    <svg class="mark-sign" width={size} height={size} viewBox="-16 -16 32 32" aria-hidden="true">
      <circle r="12.5" fill="none" stroke="var(--edge)" stroke-width="4" pathLength={24} stroke-dasharray="0.34 0.66" />
      <circle r="12.5" fill="none" stroke="var(--ember)" stroke-width="5" pathLength={24} stroke-dasharray="0.4 0.6 0.4 0.6 0.4 0.6 0.4 0.6 0.4 0.6 0.4 0.6 0.4 0.6 0.4 100" transform="rotate(-93)" />
      <circle r="4.5" fill="var(--ember)" />
    </svg>
  );
}
