import { effect, signal } from "@preact/signals";

export const themes = ["auto", "light", "dark", "night"] as const;
export type Theme = (typeof themes)[number];

const KEY = "nirweb.theme";
const darkRoom = matchMedia("(prefers-color-scheme: dark)");
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
    const root = document.documentElement;
    root.dataset.theme = shown(theme.value, darkRoom.matches);
    const ground = getComputedStyle(root).getPropertyValue("--ground").trim();
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", ground);
  });
  darkRoom.addEventListener("change", () => {
    document.documentElement.dataset.theme = shown(theme.peek(), darkRoom.matches);
  });
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
