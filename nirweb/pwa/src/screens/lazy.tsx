import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useRef } from "preact/hooks";
import { Loading } from "../design/notice";
import type { Params, ScreenProps } from "../features/router";
import { Broken } from "./lost";

export type Load = () => Promise<{ default: ComponentType<ScreenProps> }>;
const loaded = new WeakMap<Load, ComponentType<ScreenProps>>();
const coming = new WeakMap<Load, Promise<void>>();

/** Begins to load a chunk, once however many ask; when it resolves the chunk is drawn at once. One that failed may be asked for again. */
export function bring(load: Load): Promise<void> {
  const already = coming.get(load);
  if (already) return already;
  const begun = load().then(
    (module) => void loaded.set(load, module.default),
    (error: unknown) => {
      coming.delete(load);
      throw error;
    },
  );
  coming.set(load, begun);
  return begun;
}

/** A chunk of its own: shows that it is coming, or that it did not come. */
export function Lazy({ load, params }: { load: Load; params: Params }): JSX.Element {
  const broken = useSignal<Load | null>(null);
  const came = useSignal<Load | null>(null);
  const asked = useRef<Load | null>(null);
  if (!loaded.has(load) && asked.current !== load) {
    // not only once this is on the screen: that may be a tenth of a second later
    asked.current = load;
    bring(load).then(
      () => (came.value = load),
      () => (broken.value = load),
    );
  }
  const Shown = came.value === load || loaded.has(load) ? loaded.get(load) : undefined;
  if (Shown) return <Shown params={params} />;
  return broken.value === load ? <Broken /> : <Loading />;
}
