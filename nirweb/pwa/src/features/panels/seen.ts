interface Seen {
  found_id: string;
}

/**
 * Panels in the order in which they were first seen, so that none slips under a finger that is on its way to another; what is new
 * stands behind, in the order it is told in.
 */
export function asSeen<P extends Seen>(before: readonly string[], panels: readonly P[]): P[] {
  const place = (panel: P): number => (before.includes(panel.found_id) ? before.indexOf(panel.found_id) : before.length);
  return [...panels].sort((one, other) => place(one) - place(other));
}
