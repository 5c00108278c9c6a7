import { describe, expect, it } from "vitest";
import { whereTo } from "./origin";

const HOME = "https://nirweb-aaaa.local:8443";

describe("whether the address is still the server's", () => {
  it("H40 another origin is another address", () => {
    expect(whereTo(new URL(`${HOME}/log`), "https://light.example.org")).toBe("https://light.example.org");
    expect(whereTo(new URL("https://nirweb-aaaa.local/log"), HOME)).toBe(HOME);
  });

  it("H40 the same origin is not", () => {
    expect(whereTo(new URL(`${HOME}/log?x#y`), HOME)).toBeNull();
  });

  it.each(["http://localhost:8000/", "http://127.0.0.1:8000/", "http://[::1]:8000/"])("H40 on the machine itself %s stays good", (here) => {
    expect(whereTo(new URL(here), HOME)).toBeNull();
  });
});
