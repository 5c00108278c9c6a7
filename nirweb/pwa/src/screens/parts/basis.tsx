import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Icon } from "../../design/icon";
import { Lazy } from "../lazy";
import "./basis.css";

const card = () => import("../evidence/card");

/** Beside a number, an aim or a limit: what stands behind it, opened by a tap. `of` is a topic of `regimens/topics.json`. */
export function Basis({ of, words = "What is this based on?" }: { of: string; words?: string }): JSX.Element {
  const open = useSignal(false);
  return (
    <div class="stack basis">
      <button class="basis-tap" type="button" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        <Icon name="info" size={20} />
        <span>{words}</span>
      </button>
      {open.value && <Lazy load={card} params={{ topic: of }} />}
    </div>
  );
}
