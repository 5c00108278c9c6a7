/** The world of an open page. */

import { afterPaint } from "./after-paint";
import { whenFrozen } from "./frozen";
import { here, type World } from "./world";

export const page: World = {
  ...here,
  shown: afterPaint,
  frozen: whenFrozen,
  reasons(kick) {
    const returned = (): void => {
      if (document.visibilityState === "visible") kick();
    };
    window.addEventListener("online", kick);
    window.addEventListener("pageshow", kick);
    document.addEventListener("visibilitychange", returned);
    return () => {
      window.removeEventListener("online", kick);
      window.removeEventListener("pageshow", kick);
      document.removeEventListener("visibilitychange", returned);
    };
  },
};
