import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { becomes, type Me } from "../../features/account/me";
import { newAct } from "../../features/act";
import { api } from "../../features/api";

/** Changes when the words change: what was agreed to is kept with its version. */
const WORDS_VERSION = "2026-1";

/** Health records are kept only on the person's own word. */
export function Consent(): JSX.Element {
  const act = useMemo(newAct, []);
  const agree = async (): Promise<void> => {
    await act.run(async () => {
      becomes((await api.post("/api/consent", { version: WORDS_VERSION })) as Me);
    });
  };
  return (
    <section class="plate stack">
      <h2>Before anything is kept</h2>
      <p>
        What you enter here is about your health: answers to questions, sessions, how your skin felt. It is kept on this phone and on your own server, and goes
        nowhere else. Nobody else in your household sees it in the app. Whoever runs the server can delete all of it.
      </p>
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <Button kind="main" wide onPress={agree} busy={act.busy.value}>
        I agree that it is kept
      </Button>
    </section>
  );
}
