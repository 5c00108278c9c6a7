/** The phone itself during a session: it stays awake, and can be felt. */

interface Sentinel {
  release(): Promise<void>;
}
let sentinel: Sentinel | null = null;
let wanted = false;

const needless = (): boolean => !wanted || sentinel !== null;

async function hold(): Promise<void> {
  if (needless() || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  try {
    const got = await navigator.wakeLock.request("screen");
    if (needless()) {
      void got.release(); // over meanwhile, or given twice
      return;
    }
    got.addEventListener("release", () => (sentinel = null));
    sentinel = got;
  } catch {
    // low battery, or not allowed: the screen may go dark, and the session goes on without it
  }
}

/** Awake until the returned function is called; taken again after the person came back to the page. */
export function stayAwake(): () => void {
  wanted = true;
  void hold();
  const again = (): void => void hold();
  document.addEventListener("visibilitychange", again);
  return () => {
    wanted = false;
    document.removeEventListener("visibilitychange", again);
    void sentinel?.release();
    sentinel = null;
  };
}

export const feel = (pattern: number | number[]): void => {
  // before the first tap on the page the browser refuses, and complains
  if ("vibrate" in navigator && (navigator as Partial<Navigator>).userActivation?.hasBeenActive !== false) navigator.vibrate(pattern);
};
