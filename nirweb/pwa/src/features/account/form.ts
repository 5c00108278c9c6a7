import { signal, type Signal } from "@preact/signals";
import { wordsOf } from "../api";
import { FormProblem } from "./allauth";

export interface Form {
  busy: Signal<boolean>;
  fields: Signal<Readonly<Record<string, string>>>;
  general: Signal<string | null>;
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
  return { busy, fields, general, run };
}
