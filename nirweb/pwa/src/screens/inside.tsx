import type { JSX } from "preact";
import { takeOwnLook, tellZone } from "../features/account/first-words";
import { keepAsking } from "../features/account/me";
import { keepSending } from "../features/background";
import { keepBadge } from "../features/badge";
import { rememberPeople } from "../features/household/on-this-phone";
import { keepInstalled } from "../features/install/install";
import { keepLine } from "../features/line/line";
import { keepOrigin } from "../features/moved/origin";
import { keepOpen } from "../features/records";
import { findRoute, place } from "../features/router";
import { keepCleared } from "../features/reminders/clear";
import { keepReminded } from "../features/reminders/phone";
import { resumeOnStart } from "../features/resume";
import { followRun } from "../features/session/control";
import { watchEntries } from "../features/unsaved";
import { keepUpdated } from "../features/update";
import { openStore } from "../sync";
import { Frame } from "./frame";
import { insideRoutes } from "./inside-routes";
import { Lazy } from "./lazy";
import { Lost } from "./lost";

keepOpen(openStore);
keepLine();
followRun();
tellZone();
takeOwnLook();
keepReminded();
keepSending();
keepCleared();
keepAsking();
keepOrigin();
keepInstalled();
rememberPeople();
keepBadge();
watchEntries();
keepUpdated();
void resumeOnStart();

/** Everything behind the sign-in: the frame, the live line, the records, and the screens in it. */
export default function Inside(): JSX.Element {
  const pathname = new URL(place.value, location.origin).pathname;
  const found = findRoute(insideRoutes, pathname);
  return (
    <Frame alone={found?.route.alone === true}>
      {found ? <Lazy key={found.route.path} load={found.route.load} params={found.params} /> : <Lost />}
    </Frame>
  );
}
