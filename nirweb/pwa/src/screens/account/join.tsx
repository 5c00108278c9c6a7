import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { signUp } from "../../features/account/allauth";
import { enter } from "../../features/account/enter";
import { newForm } from "../../features/account/form";
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
      <Field
        label="E-mail address"
        type="email"
        name="email"
        autocomplete="username"
        inputMode="email"
        required
        value={email.value}
        onInput={(value) => (email.value = value)}
        wrong={form.fields.value.email}
      />
      <Field
        label="Password"
        type="password"
        name="password"
        autocomplete="new-password"
        required
        hint="At least 8 characters. A few words are easy to keep in mind."
        value={password.value}
        onInput={(value) => (password.value = value)}
        wrong={form.fields.value.password}
      />
      <Button kind="main" wide type="submit" busy={form.busy.value}>
        Create account
      </Button>
      <p class="small">
        You have one? <a href={`/signin${location.search}`}>Sign in</a>
      </p>
    </FormPage>
  );
}
