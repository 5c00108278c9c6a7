import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icon";

export type ButtonKind = "main" | "plain" | "quiet" | "stop";

interface Shared {
  kind?: ButtonKind;
  icon?: IconName;
  wide?: boolean;
  children: ComponentChildren;
}
interface ButtonProps extends Shared {
  onPress?: () => unknown;
  type?: "button" | "submit";
  disabled?: boolean;
  busy?: boolean;
}

const look = (kind: ButtonKind, wide: boolean): string => `button ${kind}${wide ? " wide" : ""}`;

export function Button({ kind = "plain", icon, wide = false, onPress, type = "button", disabled, busy, children }: ButtonProps): JSX.Element {
  return (
    <button class={look(kind, wide)} type={type} disabled={disabled === true || busy === true} aria-busy={busy} onClick={onPress && (() => void onPress())}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** Looks like a button, goes somewhere. */
export function LinkButton({ kind = "plain", icon, wide = false, href, children }: Shared & { href: string }): JSX.Element {
  return (
    <a class={look(kind, wide)} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

export function RoundButton({ icon, label, onPress, pressed, disabled }: { icon: IconName; label: string; onPress: () => unknown; pressed?: boolean; disabled?: boolean }): JSX.Element {
  return (
    <button class="button round" type="button" aria-label={label} title={label} aria-pressed={pressed} disabled={disabled} onClick={() => void onPress()}>
      <Icon name={icon} />
    </button>
  );
}
