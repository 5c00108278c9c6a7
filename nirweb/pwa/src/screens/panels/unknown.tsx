import type { JSX } from "preact";
import { LinkButton } from "../../design/button";
import { Notice } from "../../design/notice";
import { isOwner } from "../../features/household/people";
import { Page } from "../page";
import { WithRecords } from "../parts/with-records";
import { GiveProfile } from "./give-profile";
import "./panels.css";

/** What is done at the bridge's machine, in order, and what each step is for. */
const steps: readonly { does: string; types?: string }[] = [
  { does: "Close the maker’s app. Most panels speak with one at a time." },
  { does: "Stop the bridge there for the while, or end “up”: one program at a time has the machine’s Bluetooth.", types: "sudo systemctl stop nirweb-bridge" },
  { does: "See how the panel shows itself.", types: "python3 -m ble_bridge scan" },
  { does: "Record what it says while you use its own buttons. Nothing is ever written to a panel that no profile fits.", types: "python3 -m ble_bridge capture ADDRESS panel.jsonl" },
  { does: "Make a profile from the recording, and fill in what you know of it. The check names each line that is missing or wrong.", types: "python3 -m ble_bridge profile new panel.jsonl > panel.toml" },
  { does: "Look at it line by line.", types: "python3 -m ble_bridge profile check panel.toml" },
  { does: "Try it with eyewear on: off first, then each light at its lowest. It asks what you saw.", types: "python3 -m ble_bridge profile try panel.toml" },
  { does: "Start the bridge again.", types: "sudo systemctl start nirweb-bridge" },
  { does: "Give it to your bridge here, or put it into the folder “profiles” of the bridge’s home, and look for panels again. The file is yours: “Your panel profiles” shares it." },
];

/** A device that no profile fits: the timer today, and the way to a profile of one’s own. */
export default function UnknownPanel(): JSX.Element {
  const asked = new URLSearchParams(location.search);
  const name = asked.get("name")?.slice(0, 80) || "This panel";
  return (
    <Page title="Not known yet" home="/panels/add">
      <section class="plate stack">
        <h2>Now</h2>
        <p>{name} is not run from here. Switch it on by its own button: the timer and the log work with any panel, and what you enter counts.</p>
        <div class="row">
          <LinkButton href="/timer">Use the timer</LinkButton>
          <LinkButton href="/log/new">Write a session down</LinkButton>
        </div>
      </section>
      {isOwner() && (
        <WithRecords>
          <GiveProfile bridgeId={asked.get("bridge")} />
        </WithRecords>
      )}
      <section class="plate stack">
        <h2>Teach it to your bridge</h2>
        <p class="soft">Nobody has a profile of it? Then make one. It takes patience, a panel that stands by itself, and the machine your bridge runs on: there, python3 is the one that the bridge is installed with, such as .venv/bin/python.</p>
        <ol class="stack steps">
          {steps.map((step) => (
            <li key={step.does}>
              {step.does}
              {step.types && <code class="typed">{step.types}</code>}
            </li>
          ))}
        </ol>
        <Notice>
          <p>A profile without a way to switch off, or whose off leaves a light on, is refused.</p>
        </Notice>
      </section>
    </Page>
  );
}
