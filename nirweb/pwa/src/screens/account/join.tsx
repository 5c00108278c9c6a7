import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { signUp } from "../../features/account/allauth";
import { enter } from "../../features/account/enter";
import { newForm } from "../../features/account/form";
import { EmailField, PasswordField } from "./fields";
import { FormPage } from "./form-page";

export default function Join(): JSX.Element {
  const form = useMemo(newForm, []);
  const email = useSignal("");
  const password = useSignal("");
  const submit = async (): Promise<void> => {
    if (!form.need({ email: email.value, password: password.value })) return;
    if (await form.run(() => signUp(email.value.trim(), password.value))) await enter(location.search);
  };
  return (
    <FormPage title="Create an account" lead="It lives on your own server." form={form} onSubmit={submit}>
      <EmailField form={form} value={email} />
      <PasswordField form={form} value={password} fresh />
      <Button kind="main" wide type="submit" busy={form.busy.value}>
        Create account
      </Button>
      <p class="small">
        You have one? <a href={`/signin${location.search}`}>Sign in</a>
      </p>
    </FormPage>
  );
}
