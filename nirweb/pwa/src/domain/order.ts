/**
 * Of ids, dates and times of day: by their characters. A locale's own order is for words, and a phone takes a tenth of a second to
 * load it.
 */
export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
