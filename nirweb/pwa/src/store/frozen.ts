/** A page that is left may be kept frozen by the browser, with all that is under way in it, and be shown again [Y73]. */

/** A transaction, as far as this goes. */
interface Ends {
  abort(): void;
  readonly done: Promise<void>;
}

export function abort(tx: Ends): void {
  tx.done.catch(() => undefined);
  try {
    tx.abort();
  } catch {
    // it has ended already
  }
}

/** The transactions of a page. One that is kept open by a frozen page is waited for by the writes of every other page. */
export class UnderWay {
  private readonly all = new Set<Ends>();

  begun<T extends Ends>(tx: T): T {
    this.all.add(tx);
    const over = (): void => void this.all.delete(tx);
    tx.done.then(over, over); // where it fails, so does a read or a write of it
    return tx;
  }

  end(): void {
    for (const tx of this.all) abort(tx);
  }
}

/** Calls `sleep` when this page is left and may be kept frozen, `wake` when it is shown again; returns how to stop that. */
export function whenFrozen(sleep: () => void, wake: () => void): () => void {
  const left = (event: PageTransitionEvent): void => {
    if (event.persisted) sleep();
  };
  const shown = (event: PageTransitionEvent): void => {
    if (event.persisted) wake();
  };
  window.addEventListener("pagehide", left);
  window.addEventListener("pageshow", shown);
  return () => {
    window.removeEventListener("pagehide", left);
    window.removeEventListener("pageshow", shown);
  };
}
