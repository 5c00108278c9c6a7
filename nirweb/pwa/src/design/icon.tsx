import type { JSX } from "preact";

/** Own icons, drawn on a 24 grid with a 1.75 stroke and round ends, like the lettering. */
const drawings = {
  today: "M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0Z",
  log: "M5 4v16M5 6h3M5 10h5M5 14h3M5 18h5M13.5 6H20M13.5 10H18M13.5 14H20M13.5 18H17",
  progress: "M4 18.5a9 9 0 1 1 16 0M12 14l4.2-5M6.2 11.2l1.3.7M12 6.5V8M17.8 11.2l-1.3.7",
  panel: "M7 3h10a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM9.5 7.5v.01M14.5 7.5v.01M9.5 12v.01M14.5 12v.01M9.5 16.5v.01M14.5 16.5v.01",
  settings: "M4 7h9M19 7h1M4 17h1M11 17h9M18.5 7a2.25 2.25 0 1 1-4.5 0 2.25 2.25 0 0 1 4.5 0ZM10 17a2.25 2.25 0 1 1-4.5 0 2.25 2.25 0 0 1 4.5 0Z",
  back: "M14.5 5.5 8 12l6.5 6.5",
  next: "M9.5 5.5 16 12l-6.5 6.5",
  check: "M5 12.5 10 17.5 19.5 7",
  alert: "M12 8v5M12 16.4v.01M10.3 4.6 3.2 17a2 2 0 0 0 1.7 3h14.2a2 2 0 0 0 1.7-3L13.7 4.6a2 2 0 0 0-3.4 0Z",
  info: "M12 11v5.5M12 7.6v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  stop: "M7 5.5h10A1.5 1.5 0 0 1 18.5 7v10a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 17V7A1.5 1.5 0 0 1 7 5.5Z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  plus: "M12 5v14M5 12h14",
  signal: "M12 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM8 16a5.6 5.6 0 0 1 0-8M16 8a5.6 5.6 0 0 1 0 8M5 19A10 10 0 0 1 5 5M19 5a10 10 0 0 1 0 14",
  offline: "M4 4l16 16M8 16a5.6 5.6 0 0 1-.8-6.8M16 8a5.6 5.6 0 0 1 .9 6.6M5 19A10 10 0 0 1 4.3 6.4M19 5a10 10 0 0 1 1 11.9",
  clock: "M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  pen: "M4.5 19.5 5.5 15 16 4.5a2.1 2.1 0 0 1 3 3L8.5 18l-4 1.5Z",
  bin: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7M10.5 10.5v5M13.5 10.5v5",
  link: "M10 14a3.5 3.5 0 0 0 5 0l3.5-3.5a3.5 3.5 0 0 0-5-5L12.5 6.5M14 10a3.5 3.5 0 0 0-5 0l-3.5 3.5a3.5 3.5 0 0 0 5 5l1-1",
  blink: "M12 4v3M12 17v3M4 12h3M17 12h3M12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  upload: "M12 19V6M6.5 11.5 12 6l5.5 5.5",
  share: "M12 15V3.5M8 7.5l4-4 4 4M8 10.5H6.5A1.5 1.5 0 0 0 5 12v7a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 19v-7a1.5 1.5 0 0 0-1.5-1.5H16",
  home: "M4 11.5 12 4l8 7.5M6.5 9.5V19a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V9.5",
  out: "M14 5H7a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h7M11 12h9M16.5 8.5 20 12l-3.5 3.5",
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name, size = 24 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={drawings[name]} fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
