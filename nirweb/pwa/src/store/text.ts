const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const cleanText = (text: string): string => text.replaceAll("\0", "").replace(LONE_SURROGATE, "\ufffd");

/** A copy of `value` whose texts a server can keep [Y67]; what JSON does not carry (undefined, functions) falls away. */
export function clean<T>(value: T): T {
  const said: unknown = JSON.parse(JSON.stringify(value), (_key, part: unknown) => (typeof part === "string" ? cleanText(part) : part));
  return said as T;
}
