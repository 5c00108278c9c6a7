import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Field } from "../../design/field";
import type { Form } from "../../features/account/form";

interface AccountFieldProps {
  form: Form;
  value: Signal<string>;
}

export function EmailField({ form, value }: AccountFieldProps): JSX.Element {
  return (
    <Field
      label="E-mail address"
      type="email"
      name="email"
      autocomplete="username"
      inputMode="email"
      required
      value={value.value}
      onInput={(text) => (value.value = text)}
      wrong={form.fields.value.email}
    />
  );
}

interface PasswordFieldProps extends AccountFieldProps {
  /** A new one is to be kept in mind, and by the browser; else the one that was chosen. */
  fresh?: boolean;
  label?: string;
}

export function PasswordField({ form, value, fresh = false, label = "Password" }: PasswordFieldProps): JSX.Element {
  return (
    <Field
      label={label}
      type="password"
      name="password"
      autocomplete={fresh ? "new-password" : "current-password"}
      required
      hint={fresh ? "At least 8 characters. A few words are easy to keep in mind." : undefined}
      value={value.value}
      onInput={(text) => (value.value = text)}
      wrong={form.fields.value.password}
    />
  );
}
