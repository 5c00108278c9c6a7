import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Dial } from "./dial";
import "./hold.css";

export const HOLD_MS = 1200;
/** A screen reader's click cannot be held: a second click within this time stands for the hold. */
const SECOND_CLICK_MS = 6000;

interface HoldProps {
  label: string;
  hint: string;
  disabled: boolean;
  onHeld: () => void;
  onTick?: () => void;
  children?: ComponentChildren;
}

/** Press and hold: by finger, mouse, Space or Enter. Let go and nothing has happened. The hint stands above it, where it is read before. */
export function HoldDial({ label, hint, disabled, onHeld, onTick, children }: HoldProps): JSX.Element {
  const [part, setPart] = useState(0);
  const [armed, setArmed] = useState(false);
  const frame = useRef(0);
  const began = useRef<number | null>(null);
  const byHand = useRef(false);

  const letGo = (): void => {
    cancelAnimationFrame(frame.current);
    began.current = null;
    setPart(0);
  };
  const step = (now: number): void => {
    if (began.current === null) return;
    const done = Math.min(1, (now - began.current) / HOLD_MS);
    setPart(done);
    if (done < 1) {
      frame.current = requestAnimationFrame(step);
      return;
    }
    letGo();
    onHeld();
  };
  const press = (): void => {
    if (disabled || began.current !== null) return;
    byHand.current = true;
    began.current = performance.now();
    onTick?.();
    frame.current = requestAnimationFrame(step);
  };
  const key = (event: KeyboardEvent, down: boolean): void => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!down) letGo();
    else if (!event.repeat) press();
  };
  const click = (): void => {
    if (byHand.current) {
      byHand.current = false;
      return;
    }
    if (disabled) return;
    if (armed) onHeld();
    setArmed(!armed);
  };

  useEffect(() => () => {
    cancelAnimationFrame(frame.current);
  }, []);
  useEffect(() => {
    if (disabled) letGo();
  }, [disabled]);
  useEffect(() => {
    if (!armed) return undefined;
    const timer = setTimeout(() => {
      setArmed(false);
    }, SECOND_CLICK_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [armed]);

  return (
    <>
      <p id="hold-hint" class="hold-hint">
        {hint}
      </p>
      <div class={disabled ? "hold off" : "hold"}>
        <Dial lit={part} glow={part}>
          {children}
        </Dial>
        <button
          type="button"
          class="hold-press"
          aria-disabled={disabled}
          aria-describedby="hold-hint"
          onPointerDown={(event) => {
            if (event.button === 0) press();
          }}
          onPointerUp={letGo}
          onPointerLeave={letGo}
          onPointerCancel={letGo}
          onContextMenu={(event) => {
            event.preventDefault();
          }}
          onKeyDown={(event) => {
            key(event, true);
          }}
          onKeyUp={(event) => {
            key(event, false);
          }}
          onBlur={letGo}
          onClick={click}
        >
          <span>{armed ? "Press again to start" : label}</span>
        </button>
      </div>
    </>
  );
}
