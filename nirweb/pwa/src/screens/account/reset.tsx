import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button, LinkButton } from "../../design/button";
import { Loading, Notice } from "../../design/notice";
import { checkReset, resetPassword } from "../../features/account/allauth";
import { newForm } from "../../features/account/form";
import { wordsOf } from "../../features/api";
import { go, type ScreenProps } from "../../features/router";
import { say } from "../../features/toast";
import { Page } from "../page";
import { PasswordField } from "./fields";
import { FormPage } from "./form-page";

export default function Reset({ params }: ScreenProps): JSX.Element {
  const key = params.key ?? "";
  const form = useMemo(newForm, []);
  const password = useSignal("");
  const link = useSignal<"asking" | "good" | { wrong: string }>("asking");
  useEffect(() => {
    checkReset(key).then(
      () => (link.value = "good"),
      (error: unknown) => (link.value = { wrong: wordsOf(error) }),
    );
  }, [key]);
  const submit = async (): Promise<void> => {
    if (!form.need({ password: password.value })) return;
    if (!(await form.run(() => resetPassword(key, password.value)))) return;
    say("The new password is set. Sign in with it.");
    go("/signin", { replace: true });
  };
  if (link.value === "asking") return <Loading />;
  if (link.value !== "good") {
    return (
      <Page title="A new password" home="/">
        <Notice tone="bad" live>
          {link.value.wrong}
        </Notice>
        <div class="row">
          <LinkButton href="/forgot">Ask for a new link</LinkButton>
        </div>
      </Page>
    );
  }
  return (
    <FormPage title="A new password" form={form} onSubmit={submit}>
      <PasswordField form={form} value={password} fresh label="New password" />
      <Button kind="main" wide type="submit" busy={form.busy.value}>
        Set password
      </Button>
    </FormPage>
  );
}
