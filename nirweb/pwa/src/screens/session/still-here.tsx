import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { feel } from "../../features/session/body";
import { answerHere } from "../../features/session/control";

/** The server ends an unattended run after 120 s without an answer; asked well before. */
const LIMIT_S = 120;
const ASK_AFTER_S = 70;

/** For a panel that has no fail-safe of its own: somebody must be there. */
export function StillHere(): JSX.Element {
  const answeredAt = useSignal(Date.now());
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const since = (now.value - answeredAt.value) / 1000;
  const asks = since >= ASK_AFTER_S;
  useEffect(() => {
    if (asks) feel([120, 80, 120]);
  }, [asks]);
  const answer = (): void => {
    if (answerHere()) answeredAt.value = Date.now();
  };
  if (!asks) {
    return (
      <Notice>
        <p>This panel cannot switch itself off. Stay with it: you are asked every two minutes.</p>
      </Notice>
    );
  }
  return (
    <Notice tone="warn" live>
      <p>
        <b>Still here?</b> Without an answer the panel is switched off in {Math.max(0, Math.round(LIMIT_S - since))} s.
      </p>
      <Button kind="main" wide onPress={answer}>
        I am here
      </Button>
    </Notice>
  );
}
