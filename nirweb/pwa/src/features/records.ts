import { computed, effect, signal } from "@preact/signals";
import type { Bodies, Entity, Id, Row } from "../store/entities";
import { newId } from "../store/ids";
import type { Records } from "../sync/records";
import { me, standing } from "./account/me";
import { phoneZone } from "./phone-zone";

/** The records of whoever uses this phone; null until they are open. */
export const records = signal<Records | null>(null);
/** The phone's own storage cannot be opened (private mode, no room): said on every screen that needs it. */
export const storageBroken = signal(false);

const nothing: readonly never[] = [];

/** The live rows, read in a component: it is drawn again when they change. */
export const rowsOf = <E extends Entity>(entity: E): readonly Row<E>[] => records.value?.rows(entity).value ?? nothing;
export const historyOf = <E extends Entity>(entity: E): readonly Row<E>[] => records.value?.history(entity).value ?? nothing;
export const rowOf = <E extends Entity>(entity: E, id: Id): Row<E> | undefined => records.value?.row(entity, id).value;
export const newestOf = <E extends Entity>(entity: E): Row<E> | undefined => rowsOf(entity).at(-1);

export const waiting = computed(() => records.value?.outbox.value.waiting ?? 0);
export const refused = computed(() => records.value?.outbox.value.refused ?? []);
/** What trying showed last; true while nothing was tried. */
export const reached = computed(() => records.value?.online.value ?? true);

/** Nothing has come from the server yet: a new phone, or one that never reached it. */
export const neverExchanged = computed(() => records.value?.lastSync.value === null);
/** Nothing has come from the server yet, and it is being asked: what is missing may be on its way. */
export const firstExchange = computed(() => neverExchanged.value && records.value?.syncing.value === true);

export const profile = computed<Bodies["profile"] | null>(() => {
  const id = me.value?.id;
  return id ? (rowOf("profile", id)?.body ?? null) : null;
});
/** Where the person's days are. */
export const zone = computed(() => profile.value?.zone || me.value?.zone || phoneZone());
export const ownName = computed(() => profile.value?.display_name || me.value?.display_name || "");

/** Of the skin, 1-6, where the person said it. */
export const phototype = computed(() => profile.value?.phototype ?? null);

/** As it was chosen. */
export const ownColour = computed(() => profile.value?.colour || me.value?.colour || "amber");

/** By the server's clock as well as the phone knows it. */
export const now = (): Date => new Date(records.peek()?.now() ?? Date.now());

/** The id of something made here. */
export const freshId = (): Id => newId(now().getTime());

export function opened(): Records {
  const open = records.peek();
  if (!open) throw new Error("the records are not open yet");
  return open;
}

/** Opens the records of each person that signs in, and closes them when they are gone. */
export function keepOpen(open: (user: Id) => Promise<Records>): void {
  const user = computed(() => me.value?.id ?? null);
  effect(() => {
    const id = user.value;
    records.peek()?.close();
    records.value = null;
    if (id) void become(id, open);
  });
  let was = standing.peek();
  effect(() => {
    const is = standing.value;
    if (is === "confirmed" && was === "expired") void records.peek()?.signedIn();
    was = is;
  });
}

/** Resolves once the records are open, or cannot be. */
export function onceOpen(): Promise<void> {
  return new Promise((done) => {
    effect(() => {
      if (records.value ?? storageBroken.value) done();
    });
  });
}

async function become(id: Id, open: (user: Id) => Promise<Records>): Promise<void> {
  try {
    const found = await open(id);
    if (me.peek()?.id === id) records.value = found;
    else found.close();
    storageBroken.value = false;
  } catch {
    storageBroken.value = true;
  }
}
