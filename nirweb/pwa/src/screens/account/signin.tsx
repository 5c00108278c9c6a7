import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { signIn } from "../../features/account/allauth";
import { enter } from "../../features/account/enter";
import { newForm } from "../../features/account/form";
import { me } from "../../features/account/me";
import { signInAs } from "../../features/account/sign-in-as";
import { EmailField, PasswordField } from "./fields";
import { FormPage } from "./form-page";

export default function SignIn(): JSX.Element {
  const form = useMemo(newForm, []);
  const email = useSignal(signInAs.peek() || (me.value?.email ?? ""));
  const password = useSignal("");
  const submit = async (): Promise<void> => {
    if (!form.need({ email: email.value, password: password.value })) return;
    if (await form.run(() => signIn(email.value.trim(), password.value))) await enter(location.search);
  };
  return (
    <FormPage title="Sign in" form={form} onSubmit={submit}>
      <EmailField form={form} value={email} />
      <PasswordField form={form} value={password} />
      <Button kind="main" wide type="submit" busy={form.busy.value}>
        Sign in
      </Button>
      <div class="row apart small">
        <a href="/forgot">Forgot the password?</a>
        <a href={`/join${location.search}`}>Create an account</a>
      </div>
    </FormPage>
  );
}
