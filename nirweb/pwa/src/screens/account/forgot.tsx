import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { requestReset } from "../../features/account/allauth";
import { newForm } from "../../features/account/form";
import { EmailField } from "./fields";
import { FormPage } from "./form-page";

export default function Forgot(): JSX.Element {
  const form = useMemo(newForm, []);
  const email = useSignal("");
  const asked = useSignal(false);
  const submit = async (): Promise<void> => {
    if (!form.need({ email: email.value })) return;
    asked.value = await form.run(() => requestReset(email.value.trim()));
  };
  return (
    <FormPage title="A new password" form={form} onSubmit={submit}>
      {asked.value && (
        <Notice tone="good" live>
          <p>If there is an account with this address and the server has a mailbox to send from, a link is on its way.</p>
        </Notice>
      )}
      <EmailField form={form} value={email} />
      <Button kind="main" wide type="submit" busy={form.busy.value}>
        Send a link
      </Button>
      <Notice>
        <p>
          No mail arrives from a server at home. Whoever runs it gets the same link, and a code to scan, with <code>python3 manage.py reset-link</code>.
        </p>
      </Notice>
    </FormPage>
  );
}
