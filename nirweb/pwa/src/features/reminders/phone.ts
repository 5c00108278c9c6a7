/** Reminders on this phone: asked for on a tap, told as they are, and taken up again when the browser lost them. */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { components } from "../../sync/schema";
import { me, standing } from "../account/me";
import { Problem } from "../api";
import { client, told } from "../client";
import { abilityOf, isApplePhone, nameOf, type Ability } from "./ability";

export type Phone = components["schemas"]["SubscriptionOut"];
type PhoneIn = components["schemas"]["SubscriptionIn"];

const PATIENCE_MS = 20_000;

export const ability = signal<Ability>("none");
/** This phone as the server knows it; null while it is not reminded. */
export const phone = signal<Phone | null>(null);
/** The person wants reminders here, and the phone cannot take them up again just now. */
export const lost = signal<string | null>(null);
/** The person wants reminders on this phone. */
const wanted = signal(false);
export const isOn = computed(() => wanted.value && ability.value === "allowed");
/** The person wants them here, and none comes: told wherever they look next [R23]. */
export const isLost = computed(() => wanted.value && (ability.value !== "allowed" || lost.value !== null));

const key = (): string => `nirweb.reminders.${me.peek()?.id ?? ""}`;

function recall(): boolean {
  try {
    return localStorage.getItem(key()) === "on";
  } catch {
    return false;
  }
}

function want(on: boolean): void {
  wanted.value = on;
  try {
    if (on) localStorage.setItem(key(), "on");
    else localStorage.removeItem(key());
  } catch {
    // not kept: the person is asked again next time
  }
}

let turn: Promise<unknown> = Promise.resolve();

/** One after the other: what is looked up at the start must not undo what the person taps meanwhile. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const done = turn.then(work);
  turn = done.catch(() => undefined);
  return done;
}

const isInstalled = (): boolean =>
  matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;

export function look(): void {
  ability.value = abilityOf({
    worker: "serviceWorker" in navigator,
    push: "PushManager" in window,
    permission: "Notification" in window ? Notification.permission : null,
    apple: isApplePhone(navigator.userAgent, navigator.maxTouchPoints),
    installed: isInstalled(),
  });
}

async function registration(): Promise<ServiceWorkerRegistration> {
  const found = await navigator.serviceWorker.getRegistration();
  if (!found) throw new Problem(0, "no_worker", "The app is not kept on this phone yet. Load it anew and try again.");
  return navigator.serviceWorker.ready;
}

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const sameBytes = (one: ArrayBuffer | null, other: Uint8Array): boolean =>
  one !== null && one.byteLength === other.length && new Uint8Array(one).every((byte, at) => byte === other[at]);

/** The browser's subscription to this server; made, or made anew where it is to another key. */
async function subscribed(): Promise<PushSubscription> {
  const { key: serverKey, apple } = await told(client.GET("/api/reminders/key"));
  if (!apple && isApplePhone(navigator.userAgent, navigator.maxTouchPoints)) {
    throw new Problem(409, "push_subject_missing", "Apple delivers nothing for this server yet: whoever runs it must name a contact (NIRWEB_PUSH_SUBJECT).");
  }
  const { pushManager } = await registration();
  const wantedKey = bytesOf(serverKey);
  const known = await pushManager.getSubscription();
  if (known && sameBytes(known.options.applicationServerKey, wantedKey)) return known;
  await known?.unsubscribe();
  return inTime(pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wantedKey }));
}

/** A browser that does not reach its push service may try for minutes, and what the person taps next would wait for it. */
const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([work, new Promise<never>((_, fail) => setTimeout(() => { fail(new Error("no answer")); }, PATIENCE_MS))]);

async function tell(part: Partial<PhoneIn>): Promise<void> {
  const { endpoint, keys } = (await subscribed()).toJSON();
  const body = { endpoint: endpoint ?? "", keys: keys as PhoneIn["keys"], name: nameOf(navigator.userAgent, navigator.maxTouchPoints), ...part };
  phone.value = await told(client.POST("/api/reminders/subscriptions", { body }));
}

const refusedByBrowser = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, "no_push", "This browser could not reach its push service. Try again in a moment.");

/** On the person's tap, and never without one. */
export async function turnOn(): Promise<void> {
  await Notification.requestPermission();
  look();
  if (ability.value !== "allowed") return;
  await inTurn(async () => {
    try {
      await tell({});
      want(true);
      lost.value = null;
    } catch (error) {
      throw refusedByBrowser(error);
    }
  });
}

export async function hideDetails(hide: boolean): Promise<void> {
  await tell({ hide_details: hide });
}

export async function turnOff(): Promise<void> {
  await inTurn(async () => {
    want(false);
    const id = phone.peek()?.id;
    phone.value = null;
    await unsubscribe();
    if (id) await forget(id);
  });
}

/** No message reaches this browser any more, whatever the server knows; what is shown of them is taken away [M66]. */
export async function unsubscribe(): Promise<void> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const found = await navigator.serviceWorker.getRegistration();
  await (await found?.pushManager.getSubscription())?.unsubscribe().catch(() => undefined);
  for (const one of (await found?.getNotifications()) ?? []) one.close();
}

export const others = async (): Promise<Phone[]> =>
  (await told(client.GET("/api/reminders/subscriptions"))).filter((one) => one.id !== phone.peek()?.id);

export async function forget(id: string): Promise<void> {
  await client.DELETE("/api/reminders/subscriptions/{subscription_id}", { params: { path: { subscription_id: id } } });
}

/** What the server last heard of this phone's push service; false when that gave this phone up, which then subscribes anew. */
export async function ask(): Promise<boolean> {
  const id = phone.peek()?.id;
  const found = (await told(client.GET("/api/reminders/subscriptions"))).find((one) => one.id === id);
  if (found) phone.value = found;
  else await inTurn(takeUp);
  return found !== undefined;
}

/**
 * Browsers and push services drop subscriptions without a word: each time the app opens the server hears of this one anew. One that the
 * server no longer knows was given up by the push service: then the browser makes another [R11, R23].
 */
async function takeUp(): Promise<void> {
  wanted.value = recall();
  if (!wanted.value) {
    phone.value = null;
    await unsubscribe(); // what somebody else asked for here is not this person's to read
    return;
  }
  if (ability.value !== "allowed") return;
  try {
    const known = await told(client.GET("/api/reminders/subscriptions"));
    if (!known.some((one) => one.here)) await unsubscribe();
    await tell({});
    lost.value = null;
  } catch (error) {
    const problem = refusedByBrowser(error);
    // without a network everything is as it was
    lost.value = problem.unreachable && problem.code === "unreachable" ? null : problem.message;
  }
}

/** Allowed or refused in the browser's own settings: seen at once where the browser tells it. */
function watchPermission(): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
  navigator.permissions.query({ name: "notifications" }).then((permission) => {
    permission.addEventListener("change", look);
  }, () => undefined);
}

export function keepReminded(): void {
  look();
  watchPermission();
  const who = computed(() => (standing.value === "confirmed" ? me.value?.id : undefined));
  const may = computed(() => ability.value === "allowed");
  effect(() => {
    const [known] = [who.value, may.value]; // taken up again, too, when a lost permission has come back
    // what it reads on its way is no reason to do it again
    if (known) void untracked(() => inTurn(takeUp)).catch(() => undefined);
  });
}
