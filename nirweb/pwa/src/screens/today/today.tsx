import type { JSX } from "preact";
import { Page } from "../page";

export default function Today(): JSX.Element {
  return <Page title="Today">{null}</Page>;
}
