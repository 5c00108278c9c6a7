import { effect, signal } from "@preact/signals";

export const themes = ["auto", "light", "dark", "night"] as const;
export type Theme = (typeof themes)[number];

const KEY = "nirweb.theme";
const darkRoom = matchMedia("(prefers-color-scheme: dark)");
/** `--ground` of design/tokens.css: to ask the page for it would have it styled in the midst of its start. */
const grounds = { light: "#e8e1dd", dark: "#150e0d", night: "#000000" };
const isTheme = (value: unknown): value is Theme => themes.includes(value as Theme);

function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return isTheme(value) ? value : "auto";
  } catch {
    return "auto";
  }
}

export const theme = signal<Theme>(kept());

/** Before the first paint `public/theme.js` has done the same with what was kept. */
export function showTheme(): void {
  effect(() => {
    show(shown(theme.value, darkRoom.matches));
  });
  darkRoom.addEventListener("change", () => {
    show(shown(theme.peek(), darkRoom.matches));
  });
}

function show(one: keyof typeof grounds): void {
  document.documentElement.dataset.theme = one;
  document.querySelector("[name=theme-color]")?.setAttribute("content", grounds[one]);
}

export const shown = (wish: Theme, systemIsDark: boolean): Exclude<Theme, "auto"> =>
  wish === "auto" ? (systemIsDark ? "dark" : "light") : wish;

function chosenHere(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Nobody chose on this phone yet: what the person chose elsewhere is taken over. */
export function adoptTheme(wish: string): void {
  if (!chosenHere() && isTheme(wish)) theme.value = wish;
}

export function chooseTheme(wish: Theme): void {
  theme.value = wish;
  try {
    localStorage.setItem(KEY, wish);
  } catch {
    // kept for this visit only
  }
}
