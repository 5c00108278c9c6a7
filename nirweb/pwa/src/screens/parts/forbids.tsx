import type { JSX } from "preact";
import { Button } from "../../design/button";
import type { Foreseen } from "../../features/session/foresee";
import { Cautions, WhyNot } from "../session/reasons";

/** The longest time that fits, to take over with one tap. */
export function Fits({ minutes, onTake }: { minutes: number | null; onTake: (minutes: string) => void }): JSX.Element | null {
  if (minutes === null) return null;
  if (minutes < 0.1) return <p class="soft">No shorter time fits now either.</p>;
  return (
    <Button kind="quiet" icon="clock" onPress={() => { onTake(String(minutes)); }}>
      Make it {minutes} min: the most that fits
    </Button>
  );
}

/** Which limits stand against a wish, why, from where, and until when; told from this phone's own records. */
export function Forbids({ foreseen, title, onTake }: { foreseen: Foreseen; title: string; onTake: (minutes: string) => void }): JSX.Element {
  return (
    <div class="stack">
      <WhyNot reasons={foreseen.reasons} title={title} />
      <Fits minutes={foreseen.fits_min} onTake={onTake} />
      {foreseen.reasons.length === 0 && <Cautions cautions={foreseen.cautions} />}
    </div>
  );
}
