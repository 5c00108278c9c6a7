import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Loading } from "../design/notice";
import type { Params, ScreenProps } from "../features/router";
import { Broken } from "./lost";

type Load = () => Promise<{ default: ComponentType<ScreenProps> }>;
const loaded = new WeakMap<Load, ComponentType<ScreenProps>>();

/** A chunk of its own: shows that it is coming, or that it did not come. */
export function Lazy({ load, params }: { load: Load; params: Params }): JSX.Element {
  const broken = useSignal<Load | null>(null);
  const came = useSignal<Load | null>(null);
  useEffect(() => {
    if (loaded.has(load)) return;
    load().then(
      (module) => {
        loaded.set(load, module.default);
        came.value = load;
      },
      () => (broken.value = load),
    );
  }, [load]);
  const Shown = came.value === load || loaded.has(load) ? loaded.get(load) : undefined;
  if (Shown) return <Shown params={params} />;
  return broken.value === load ? <Broken /> : <Loading />;
}
