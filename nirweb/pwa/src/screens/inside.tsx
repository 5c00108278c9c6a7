import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { takeOwnLook, tellZone } from "../features/account/first-words";
import { keepAsking } from "../features/account/me";
import { keepSending } from "../features/background";
import { keepBadge } from "../features/badge";
import { keepClocks, recallClocks } from "../features/clocks";
import { rememberPeople } from "../features/household/on-this-phone";
import { keepInstalled } from "../features/install/install";
import { keepLaunched } from "../features/install/launched";
import { keepLine } from "../features/line/line";
import { keepOrigin } from "../features/moved/origin";
import { keepReach } from "../features/reach";
import { keepOpen, onceOpen } from "../features/records";
import { findRoute, place } from "../features/router";
import { keepCleared } from "../features/reminders/clear";
import { keepReminded } from "../features/reminders/phone";
import { resumeOnStart } from "../features/resume";
import { followRun } from "../features/session/control";
import { keepThroughSleep } from "../features/session/kept";
import { watchEntries } from "../features/unsaved";
import { keepUpdated } from "../features/update";
import { openStore } from "../sync";
import { Frame } from "./frame";
import { insideRoutes } from "./inside-routes";
import { bring, Lazy } from "./lazy";
import { Lost } from "./lost";

const PATIENCE_MS = 800;

recallClocks();
keepOpen(openStore);
watchEntries();
keepThroughSleep();
const resumed = resumeOnStart();

/** What goes on beside the screens; nobody waits for it, so it begins after they are seen, one after another. */
const beside = [
  keepLine, followRun, tellZone, takeOwnLook, keepReminded, keepSending, keepCleared, keepAsking, keepOrigin, keepInstalled,
  keepLaunched, rememberPeople, keepBadge, keepUpdated, keepClocks, keepReach,
];
let begun = false;
function begin(): void {
  if (begun) return;
  begun = true;
  for (const one of beside) setTimeout(one);
}

const here = (): ReturnType<typeof findRoute> => findRoute(insideRoutes, new URL(place.value, location.origin).pathname);

/** Resolves once the screen of this address can be drawn with all that it shows, or when that takes too long to wait for. */
export async function whole(): Promise<void> {
  const found = here();
  const all = Promise.all([onceOpen(), resumed, found && bring(found.route.load)]).catch(() => undefined);
  await Promise.race([all, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}

/** Everything behind the sign-in: the frame, the live line, the records, and the screens in it. */
export default function Inside(): JSX.Element {
  const found = here();
  useEffect(begin, []);
  return (
    <Frame alone={found?.route.alone === true}>
      {found ? <Lazy key={found.route.path} load={found.route.load} params={found.params} /> : <Lost />}
    </Frame>
  );
}
