import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { isSeen } from "../../domain/names";
import { becomes, me, type Me } from "../../features/account/me";
import { newAct } from "../../features/act";
import { api } from "../../features/api";
import { opened, ownName, refused } from "../../features/records";

/** Changes when the words change: what was agreed to is kept with its version. */
const WORDS_VERSION = "2026-1";

/** What the server would not keep without the consent is sent anew. */
async function sendAnew(): Promise<void> {
  for (const one of refused.peek()) {
    if (one.code === "consent_missing" && one.body) await opened().fixRefused(one.opNo, one.body);
  }
}

/** Health records are kept only on the person's own word. Their name is asked along: it stands at every start. */
export default function Consent(): JSX.Element {
  const act = useMemo(newAct, []);
  const name = useSignal(ownName.value);
  const missing = useSignal(false);
  const agree = async (): Promise<void> => {
    missing.value = !isSeen(name.value);
    const id = me.value?.id;
    if (missing.value || !id) return;
    await act.run(async () => {
      if (name.value.trim() !== ownName.value) await opened().write("profile", { display_name: name.value.trim() }, { id });
      becomes((await api.post("/api/consent", { version: WORDS_VERSION })) as Me);
      await sendAnew();
    });
  };
  return (
    <form
      class="plate stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void agree();
      }}
    >
      <h2>Before anything is kept</h2>
      <Field
        label="Your first name"
        maxLength={80}
        autocomplete="given-name"
        value={name.value}
        onInput={(value) => (name.value = value)}
        hint="It stands at every start, so that the light is booked to the right person."
        wrong={missing.value ? "Any name will do." : null}
      />
      <p>
        What you enter here is about your health: answers to questions, sessions, how your skin felt. It is kept on this phone and on your own server, and goes
        nowhere else. Nobody else in your household sees it in the app. You can close your account and have all of it erased; whoever runs the server can do so too.
      </p>
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <Button kind="main" wide type="submit" busy={act.busy.value}>
        I agree that it is kept
      </Button>
    </form>
  );
}
