import { expect, test } from "vitest";
import { wayOf, type Device } from "./way";

const agents = {
  iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
  mac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
  android: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
  firefoxAndroid: "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
  chrome: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};
const device = (part: Partial<Device>): Device => ({ installed: false, prompts: false, secure: true, agent: agents.chrome, touches: 0, ...part });

test.each<[Partial<Device>, string]>([
  [{ agent: agents.iphone, touches: 5 }, "apple"],
  [{ agent: agents.mac, touches: 5 }, "apple"], // an iPad calls itself a Mac
  [{ agent: agents.mac }, "mac"],
  [{ agent: agents.android, touches: 5 }, "android"],
  [{ agent: agents.firefoxAndroid, touches: 5 }, "android"],
  [{ agent: agents.chrome }, "desktop"],
  [{ agent: agents.firefox }, "none"],
  [{ agent: agents.android, prompts: true }, "prompt"],
  [{ agent: agents.android, prompts: true, installed: true }, "installed"],
  [{ agent: agents.iphone, touches: 5, secure: false }, "insecure"],
])("%j is told to install by: %s", (part, way) => {
  expect(wayOf(device(part))).toBe(way);
});
