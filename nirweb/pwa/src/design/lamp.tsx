import type { JSX } from "preact";
import "./lamp.css";

/** A panel, drawn: red lamps solid, infrared ones hatched, each as bright as its level (0 to 1). Decoration: say it in words too. */
export function Lamp({ red, infrared, warmUp = false }: { red: number; infrared: number; warmUp?: boolean }): JSX.Element {
  return (
    <div class={warmUp ? "lamp warm-up" : "lamp"} style={{ "--red": red, "--infrared": infrared }} aria-hidden="true">
      <div class="lamp-body">
        <span class="lamp-off" />
        <span class="lamp-red" />
        <span class="lamp-infrared" />
      </div>
    </div>
  );
}
