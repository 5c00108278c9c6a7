/** A little more than the height of a chart: by the time one has scrolled there it is drawn. */
const MARGIN_PX = 240;

/** Calls `work` once, when `element` is on the screen or about to be. Returns what gives that up. */
export function onceNear(element: Element, work: () => void): () => void {
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      work();
    },
    { rootMargin: `${MARGIN_PX}px` },
  );
  seen.observe(element);
  return () => {
    seen.disconnect();
  };
}
