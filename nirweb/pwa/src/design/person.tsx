import type { JSX } from "preact";
import "./person.css";

/** Tells the people of a household apart at a glance; the name always stands beside it. */
export function PersonMark({ colour }: { colour: string }): JSX.Element {
  return <span class={`person-mark ${colour}`} aria-hidden="true" />;
}
