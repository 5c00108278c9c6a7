import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function tokens(theme: string): Record<string, string> {
  const start = css.indexOf(`:root[data-theme="${theme}"] {`);
  expect(start).toBeGreaterThan(0);
  const block = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries<string>([...block.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})\s*;/g)].map((found): [string, string] => [found[1] ?? "", found[2] ?? ""]));
}
const channel = (hex: string, at: number): number => parseInt(hex.slice(1 + 2 * at, 3 + 2 * at), 16);

/** WCAG 2.2: relative luminance and contrast. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [0, 1, 2].map((at) => {
    const value = channel(hex, at) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["ground", "dawn", "plate", "raised", "well"];
const texts = ["ink", "ink-2", "ember", "good", "warn", "bad"];

/** Of the phone's own bars: said in script too, where asking the page would hold up its start. */
test.each(["light", "dark", "night"])("the bars of a phone are of the %s theme's ground", (theme) => {
  const script = readFileSync(new URL("../features/theme.ts", import.meta.url), "utf8");
  expect(script).toContain(`${theme}: "${tokens(theme)["ground"]}"`);
});

for (const theme of ["light", "dark", "night"]) {
  const token = tokens(theme);
  const of = (name: string): string => token[name] ?? `missing ${name}`;

  for (const text of texts) {
    for (const ground of grounds) {
      // On the sunken track only ticks and fills are drawn, never text.
      if (ground === "well" && text !== "ink") continue;
      test(`it keeps ${text} readable on ${ground} in the ${theme} theme`, () => {
        expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
      });
    }
  }
  test(`it keeps words on filled buttons readable in the ${theme} theme`, () => {
    expect(contrast(of("on-ember"), of("ember"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of("on-stop"), of("stop"))).toBeGreaterThanOrEqual(7 * (theme === "night" ? 0.8 : 1));
  });
  test(`it draws what can be touched clearly enough in the ${theme} theme`, () => {
    for (const ground of ["ground", "plate", "raised"]) {
      expect(contrast(of("edge"), of(ground)), `edge on ${ground}`).toBeGreaterThanOrEqual(3);
      expect(contrast(of("nir"), of(ground)), `infrared on ${ground}`).toBeGreaterThanOrEqual(3);
    }
  });
}

test("it has no blue, and hardly any green, in the night theme", () => {
  const night = Object.entries(tokens("night"));
  expect(night.length).toBeGreaterThan(15);
  for (const [name, hex] of night) {
    expect(channel(hex, 2), name).toBe(0);
    expect(channel(hex, 1), name).toBeLessThanOrEqual(0x40);
  }
});
