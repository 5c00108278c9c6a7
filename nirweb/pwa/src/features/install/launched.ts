/**
 * An app that is open is only brought to the front when it is launched again (the manifest's launch_handler), so that nothing in it is
 * lost. Where a shortcut of its icon, or a link that the browser hands over, wants to lead is told here, and followed.
 */
import { lead } from "../lead";

interface Launched {
  readonly targetURL?: string;
}
interface Launches {
  setConsumer(consumer: (launched: Launched) => void): void;
}

function follow(target: string): void {
  const { pathname, search, hash } = new URL(target);
  if (hash) location.assign(target); // read when a page begins, and nowhere else
  else if (pathname !== "/") lead(pathname + search); // the icon itself: it stays where it is
}

export function keepLaunched(): void {
  let begun = false;
  (window as { launchQueue?: Launches }).launchQueue?.setConsumer(({ targetURL }) => {
    if (begun && targetURL) follow(targetURL); // before: how this page itself was opened, told again when it is loaded anew
  });
  begun = true;
}
