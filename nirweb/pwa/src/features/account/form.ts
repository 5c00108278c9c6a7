import { signal, type Signal } from "@preact/signals";
import { wordsOf } from "../api";
import { FormProblem } from "./allauth";

export interface Form {
  busy: Signal<boolean>;
  fields: Signal<Readonly<Record<string, string>>>;
  general: Signal<string | null>;
  /** False, and said under each, when something needed is empty: then the server is not even asked. */
  need: (values: Readonly<Record<string, string>>) => boolean;
  /** Runs what the form is for; shows what went wrong; true when all went well. */
  run: (work: () => Promise<void>) => Promise<boolean>;
}

export function newForm(): Form {
  const busy = signal(false);
  const fields = signal<Readonly<Record<string, string>>>({});
  const general = signal<string | null>(null);
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    if (busy.value) return false;
    busy.value = true;
    fields.value = {};
    general.value = null;
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof FormProblem) {
        fields.value = error.fields;
        general.value = error.message || null;
      } else general.value = wordsOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  };
  const need = (values: Readonly<Record<string, string>>): boolean => {
    const empty = Object.keys(values).filter((name) => values[name]?.trim() === "");
    general.value = null;
    fields.value = Object.fromEntries(empty.map((name) => [name, "This is needed."]));
    return empty.length === 0;
  };
  return { busy, fields, general, need, run };
}
