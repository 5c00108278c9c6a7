import { beforeEach, expect, test, vi } from "vitest";

const unsubscribed = vi.fn(() => Promise.resolve(true));
const worker = {
  getRegistration: () => Promise.resolve({ pushManager: { getSubscription: () => Promise.resolve({ unsubscribe: unsubscribed }) }, getNotifications: () => Promise.resolve([]) }),
};
vi.stubGlobal("location", { origin: "http://localhost" });
vi.stubGlobal("navigator", { serviceWorker: worker, onLine: true });
vi.stubGlobal("window", { PushManager: {} });
const { leavePhone } = await import("./leaving");

beforeEach(() => unsubscribed.mockClear());

test("R17 who signs out is reminded on this phone no more", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    asked.push(`${init.method ?? "GET"} ${path}`);
    return Promise.resolve(new Response(JSON.stringify({ token: "t", status: 401 }), { status: path === "/api/csrf" ? 200 : 401 }));
  });
  await leavePhone();
  expect(asked.at(-1)).toBe("DELETE /_allauth/browser/v1/auth/session");
  expect(unsubscribed).toHaveBeenCalledOnce();
});

test("R17 who cannot sign out, with no network say, is reminded as before", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await expect(leavePhone()).rejects.toMatchObject({ unreachable: true });
  expect(unsubscribed).not.toHaveBeenCalled();
});
