import type { JSX } from "preact";
import "./person.css";

/** Marks that tell the people of a household apart at a glance; the name always stands beside it. */
export const colours = ["amber", "rose", "plum", "sky", "moss", "sand"] as const;

export function PersonMark({ colour }: { colour: string }): JSX.Element {
  return <span class={`person-mark ${colour}`} aria-hidden="true" />;
}
