import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { becomes, standing, type Me } from "../account/me";
import { keepLine } from "./line";

const MINUTE_MS = 60_000;
const ada = { id: "1", email: "ada@example.org", guest: false } as Me;
let tried = 0;
let answer = 401;

/** As a browser tells of a line that the server refuses: it does not say why. */
class Refused {
  static readonly OPEN = 1;
  readyState = 0;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    tried += 1;
    setTimeout(() => this.onclose?.({ code: 1006 }), 10);
  }
  close(): void {
    this.onclose = null;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Refused);
  vi.stubGlobal("location", { protocol: "https:", host: "light.example" });
  vi.stubGlobal("document", { visibilityState: "visible", addEventListener: vi.fn() });
  vi.stubGlobal("addEventListener", vi.fn());
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(answer === 200 ? ada : { code: "signed_out" }), { status: answer })));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("who is signed out is told, and the line is not tried again until somebody signs in", async () => {
  becomes(ada);
  keepLine();
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(standing.value).toBe("expired");
  const before = tried;
  expect(before).toBe(1);
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(tried).toBe(before);
  answer = 200;
  becomes(ada);
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(standing.value).toBe("confirmed");
  expect(tried).toBeGreaterThan(before + 3);
});
