import { expect, test, vi } from "vitest";

vi.useFakeTimers();
const at = "https://light.example.org";
const pushManager = { getSubscription: () => Promise.resolve(null), subscribe: () => new Promise(() => undefined) };
const registration = { pushManager, getNotifications: () => Promise.resolve([]) };
vi.stubGlobal("location", { origin: at, href: `${at}/settings/reminders`, pathname: "/settings/reminders", search: "" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
vi.stubGlobal("matchMedia", () => ({ matches: false }));
vi.stubGlobal("navigator", {
  userAgent: "Chrome/140.0 Linux",
  maxTouchPoints: 0,
  onLine: true,
  serviceWorker: { getRegistration: () => Promise.resolve(registration), ready: Promise.resolve(registration) },
});
const Notification = { permission: "granted", requestPermission: () => Promise.resolve("granted") };
vi.stubGlobal("Notification", Notification);
vi.stubGlobal("window", { Notification, PushManager: Object });
vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ key: "AAAA", apple: true })));
const { isOn, turnOff, turnOn } = await import("./phone");

test("R23 a push service that does not answer is told, and holds up nothing that is tapped next", async () => {
  const words = turnOn().catch((error: unknown) => (error as Error).message);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await words).toBe("This browser could not reach its push service. Try again in a moment.");
  expect(isOn.value).toBe(false);
  await turnOff();
});
