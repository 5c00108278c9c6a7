/** The test button: from the tap over the server and the push service back to this phone, measured. */
import { client, told } from "../client";
import { ask, phone } from "./phone";

export type Trial = { ms: number } | { words: string };

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 100;
const ASK_EVERY_MS = 2_000;
const REFUSED = "The push service of this browser refused the message. Turn reminders off and on again.";
const UNREACHABLE = "The server could not reach the push service of this browser. It needs a way to the internet.";
const GIVEN_UP = "The push service had given this phone up. It is signed up anew: send another test.";
const SILENT = "Nothing came within 20 s. Look whether the phone's settings keep notifications back, or save its battery.";

/** What the worker said was shown, while a trial goes on. */
function listen(): { seen: Set<string>; end: () => void } {
  const seen = new Set<string>();
  const take = (event: MessageEvent<{ type?: string; tag?: string }>): void => {
    if (event.data.type === "shown" && event.data.tag) seen.add(event.data.tag);
  };
  navigator.serviceWorker.addEventListener("message", take);
  return { seen, end: () => { navigator.serviceWorker.removeEventListener("message", take); } };
}

/** Where the browser shows messages by itself no worker says so: then they are looked for. */
async function isShown(tag: string, seen: ReadonlySet<string>): Promise<boolean> {
  if (seen.has(tag)) return true;
  const found = await (await navigator.serviceWorker.ready).getNotifications({ tag });
  return found.length > 0;
}

function trouble(): string | null {
  if (phone.peek()?.trouble === "refused") return REFUSED;
  return phone.peek()?.trouble === "unreachable" ? UNREACHABLE : null;
}

export async function tryOut(): Promise<Trial> {
  const id = phone.peek()?.id;
  if (!id) return { words: "This phone is not reminded." };
  const { seen, end } = listen();
  const began = performance.now();
  try {
    const { tag } = await told(client.POST("/api/reminders/test", { body: { subscription_id: id } }));
    let asked = began;
    while (performance.now() - began < PATIENCE_MS) {
      if (await isShown(tag, seen)) return { ms: performance.now() - began };
      if (performance.now() - asked > ASK_EVERY_MS) {
        asked = performance.now();
        const words = (await ask()) ? trouble() : GIVEN_UP;
        if (words) return { words };
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return { words: SILENT };
  } finally {
    end();
  }
}
