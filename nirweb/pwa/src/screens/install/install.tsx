import type { ComponentChildren, JSX } from "preact";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { install, way } from "../../features/install/install";
import type { Way } from "../../features/install/way";
import { waiting } from "../../features/records";
import { Page } from "../page";
import { AddressBar, AmongApps, FileMenu, ListRow, MenuAbove, ShareBelow } from "./pictures";
import "./install.css";

interface Step {
  picture: JSX.Element;
  words: ComponentChildren;
}

/** Apple gives the app on the home screen a storage of its own: one signs in there once more, and only what was sent is there. */
const apple: readonly Step[] = [
  { picture: <ShareBelow />, words: <>In Safari tap <b>Share</b>, the square with the arrow. Where it is not seen it lies behind the three dots.</> },
  { picture: <ListRow icon="plus" />, words: <>Scroll down to <b>Add to Home Screen</b>, then <b>Add</b>. Leave “Open as Web App” on.</> },
  { picture: <AmongApps />, words: <>Open NIRWeb from there, and <b>sign in once more</b>: Apple keeps the app apart from Safari.</> },
];
const android: readonly Step[] = [
  { picture: <MenuAbove />, words: <>Tap the browser's menu, the <b>three dots</b>.</> },
  { picture: <ListRow icon="home" />, words: <><b>Add to Home screen</b> or <b>Install app</b>, as your browser calls it, then <b>Install</b>.</> },
  { picture: <AmongApps />, words: <>Open NIRWeb from there. You stay signed in.</> },
];
const desktop: readonly Step[] = [
  { picture: <AddressBar />, words: <>Click the <b>install sign</b> at the end of the address. Where there is none: the menu, then <b>Install</b> or <b>Apps</b>.</> },
];
const mac: readonly Step[] = [{ picture: <FileMenu />, words: <>In Safari's menu: <b>File</b>, then <b>Add to Dock</b>.</> }];

function Steps({ steps }: { steps: readonly Step[] }): JSX.Element {
  return (
    <ol class="install-steps">
      {steps.map((step, index) => (
        <li key={index}>
          {step.picture}
          <p>
            <span class="install-number num" aria-hidden="true">
              {index + 1}
            </span>{" "}
            {step.words}
          </p>
        </li>
      ))}
    </ol>
  );
}

function Prompt(): JSX.Element {
  return (
    <Button kind="main" wide icon="home" onPress={install}>
      Put it on the home screen
    </Button>
  );
}

function OwnWay({ which }: { which: Way }): JSX.Element {
  switch (which) {
    case "installed":
      return <Notice tone="good">NIRWeb is on the home screen of this device.</Notice>;
    case "prompt":
      return <Prompt />;
    case "apple":
      return <Steps steps={apple} />;
    case "android":
      return <Steps steps={android} />;
    case "desktop":
      return <Steps steps={desktop} />;
    case "mac":
      return <Steps steps={mac} />;
    case "none":
      return <Notice>This browser installs no apps. Chrome, Edge and Safari do; on a phone Firefox too. Everything works in a tab as well.</Notice>;
    case "insecure":
      return <Notice tone="warn">Over this address no browser installs anything, and the app does not open with no network. It takes an address that begins with https.</Notice>;
  }
}

const others: readonly { way: Way; name: string; steps: readonly Step[] }[] = [
  { way: "apple", name: "iPhone and iPad", steps: apple },
  { way: "android", name: "Android", steps: android },
  { way: "desktop", name: "Chrome or Edge on a computer", steps: desktop },
  { way: "mac", name: "Safari on a Mac", steps: mac },
];

export default function Install(): JSX.Element {
  const here = way.value;
  return (
    <Page title="On your home screen" home="/settings" lead="With its own icon NIRWeb opens at once, also with no network, and the phone keeps what you enter.">
      {here === "apple" && waiting.value > 0 && <Notice tone="warn">Not synced: {waiting.value}. Let that be sent first: the app on the home screen begins with what the server has.</Notice>}
      <OwnWay which={here} />
      <section class="stack" aria-labelledby="elsewhere">
        <h2 id="elsewhere">On another device</h2>
        {others
          .filter((one) => one.way !== here)
          .map((one) => (
            <details class="install-other-way" key={one.way}>
              <summary>{one.name}</summary>
              <Steps steps={one.steps} />
            </details>
          ))}
      </section>
    </Page>
  );
}
