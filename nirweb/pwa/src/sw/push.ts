/**
 * Reminders: shows what the server sent, and leads where a tap wants to go. Browsers that read declarative Web Push show the same
 * message by themselves. Nothing here starts a panel, and nothing is kept.
 */
import { sendWaiting } from "../sync/background";

interface About {
  kind: "reminder" | "test";
  /** The address of the screen with all that can be done about it. */
  sheet: string;
  regimen?: string;
  day?: string;
}
interface Sent {
  title: string;
  body: string;
  tag: string;
  lang: string;
  data: About;
  actions?: { action: string; title: string }[];
}

const ICON = "/icon-192.png";
const SNOOZE_MIN = 10;

export function remind(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener("push", (event) => {
    event.waitUntil(show(worker, event.data).then(() => sendWaiting()).catch(() => undefined)); // there is a network now
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(follow(worker, event.notification.data as About | null, event.action));
  });
  worker.addEventListener("pushsubscriptionchange", (event) => {
    event.waitUntil(renew(worker, event));
  });
}

/** A message that shows nothing costs the permission: one that cannot be read is shown as well. */
async function show(worker: ServiceWorkerGlobalScope, message: PushMessageData | null): Promise<void> {
  const sent = read(message);
  const { title, ...rest } = sent ?? { title: "NIRWeb", body: "Open the app to see what is due.", tag: "unread", data: null };
  await worker.registration.showNotification(title, { ...rest, icon: ICON, badge: ICON });
  await mark(worker);
  for (const page of await pages(worker)) page.postMessage({ type: "shown", tag: rest.tag });
}

/** On the app's icon too; the app counts anew when it opens. */
async function mark({ navigator }: ServiceWorkerGlobalScope): Promise<void> {
  if ("setAppBadge" in navigator) await navigator.setAppBadge().catch(() => undefined);
}

function read(message: PushMessageData | null): Sent | null {
  try {
    return (message?.json() as { notification: Sent }).notification;
  } catch {
    return null;
  }
}

async function follow(worker: ServiceWorkerGlobalScope, about: About | null, action: string): Promise<void> {
  const sheet = about?.sheet ?? "/";
  if (action === "snooze" && (await snoozed(about))) return;
  await open(worker, action ? `${sheet}?do=${action}` : tapped(worker, about));
}

/** Where the buttons are seen, a tap goes straight to the session; where they are not, to the screen that has them all. */
function tapped(worker: ServiceWorkerGlobalScope, about: About | null): string {
  const buttons = (worker as unknown as { Notification: { maxActions?: number } }).Notification.maxActions ?? 0;
  return about?.regimen && buttons >= 2 ? `/session?regimen=${about.regimen}` : (about?.sheet ?? "/");
}

async function snoozed(about: About | null): Promise<boolean> {
  try {
    const reply = await send("/api/reminders/snooze", { regimen_id: about?.regimen, day: about?.day, minutes: SNOOZE_MIN });
    return reply.ok;
  } catch {
    return false;
  }
}

/** The browser changed the address it is reached by: the server hears the new one. */
async function renew(worker: ServiceWorkerGlobalScope, event: PushSubscriptionChangeEvent): Promise<void> {
  const { key } = (await (await fetch("/api/reminders/key")).json()) as { key: string };
  const fresh = event.newSubscription ?? (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = fresh.toJSON();
  await send("/api/reminders/subscriptions", { endpoint, keys, replaces: event.oldSubscription?.endpoint ?? null });
}

async function send(path: string, body: unknown): Promise<Response> {
  const { token } = (await (await fetch("/api/csrf")).json()) as { token: string };
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body) });
}

const pages = (worker: ServiceWorkerGlobalScope): Promise<readonly WindowClient[]> =>
  worker.clients.matchAll({ type: "window", includeUncontrolled: true });

/** An open page is led there by itself, so that nothing in it is lost. */
async function open(worker: ServiceWorkerGlobalScope, to: string): Promise<void> {
  const there = await pages(worker);
  const page = there.find((one) => one.visibilityState === "visible") ?? there[0];
  if (!page) {
    await worker.clients.openWindow(to);
    return;
  }
  const url = new URL(to, worker.location.origin);
  page.postMessage({ type: "go", to: url.pathname + url.search });
  await page.focus();
}
