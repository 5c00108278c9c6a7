import { expect, test, vi } from "vitest";

const at = "https://light.example.org";
type Consumer = (launched: { targetURL?: string }) => void;
let consumer: Consumer = () => undefined;

const assign = vi.fn();
vi.stubGlobal("location", { origin: at, pathname: "/progress", search: "", assign });
const { keepLaunched } = await import("./launched");

test("an open app that is launched again goes where the shortcut leads, and stays where it is for its icon", () => {
  const pushed: string[] = [];
  vi.stubGlobal("history", { pushState: (_state: unknown, _title: string, to: string) => pushed.push(to) });
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("window", {
    launchQueue: {
      setConsumer: (one: Consumer) => {
        one({ targetURL: `${at}/log` }); // how the page was opened: the person went on from there
        consumer = one;
      },
    },
  });
  keepLaunched();
  expect(pushed).toEqual([]);
  consumer({ targetURL: `${at}/` });
  consumer({});
  expect(pushed).toEqual([]);
  consumer({ targetURL: `${at}/session?regimen=today` });
  expect(pushed).toEqual(["/session?regimen=today"]);
  consumer({ targetURL: `${at}/arrive#entries` });
  expect(pushed).toEqual(["/session?regimen=today"]);
  expect(assign).toHaveBeenCalledWith(`${at}/arrive#entries`);
});
