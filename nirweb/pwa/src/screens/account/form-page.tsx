import type { ComponentChildren, JSX } from "preact";
import { Notice } from "../../design/notice";
import type { Form } from "../../features/account/form";
import { Page } from "../page";

interface FormPageProps {
  title: string;
  lead?: ComponentChildren;
  form: Form;
  onSubmit: () => unknown;
  children: ComponentChildren;
}

/** A page that is one form. The first wrong field takes the focus. */
export function FormPage({ title, lead, form, onSubmit, children }: FormPageProps): JSX.Element {
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    await onSubmit();
    element.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  };
  return (
    <Page title={title} home="/" lead={lead}>
      <form class="stack form" noValidate onSubmit={submit}>
        {form.general.value && (
          <Notice tone="bad" live>
            {form.general.value}
          </Notice>
        )}
        {children}
      </form>
    </Page>
  );
}
