import { expect, test } from "vitest";
import { abilityOf, isApplePhone, nameOf, type Browser } from "./ability";

const android: Browser = { worker: true, push: true, permission: "default", apple: false, installed: false };
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15";
const PIXEL = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36";

test("R23 it knows what a browser can do", () => {
  expect(abilityOf(android)).toBe("ask");
  expect(abilityOf({ ...android, permission: "granted" })).toBe("allowed");
  expect(abilityOf({ ...android, permission: "denied" })).toBe("denied");
  expect(abilityOf({ ...android, permission: null })).toBe("none");
  expect(abilityOf({ ...android, push: false })).toBe("none");
  expect(abilityOf({ ...android, worker: false })).toBe("none");
});

test("R23 an iPhone is asked only in the app on the home screen", () => {
  const safari: Browser = { ...android, apple: true, push: false, permission: null };
  expect(abilityOf(safari)).toBe("install");
  expect(abilityOf({ ...safari, installed: true })).toBe("none"); // too old for any
  expect(abilityOf({ ...android, apple: true, installed: true })).toBe("ask");
});

test("it tells an iPad from a Mac, which says the same of itself", () => {
  expect(isApplePhone(IPHONE, 5)).toBe(true);
  expect(isApplePhone(MAC, 5)).toBe(true);
  expect(isApplePhone(MAC, 0)).toBe(false);
  expect(isApplePhone(PIXEL, 5)).toBe(false);
});

test("it calls a phone by what a person would call it", () => {
  expect(nameOf(IPHONE, 5)).toBe("Safari on iPhone");
  expect(nameOf(MAC, 5)).toBe("Safari on iPad");
  expect(nameOf(MAC, 0)).toBe("Safari on Mac");
  expect(nameOf(PIXEL, 5)).toBe("Chrome on Android");
  expect(nameOf(`${PIXEL} EdgA/150.0`, 5)).toBe("Edge on Android");
  expect(nameOf("", 0)).toBe("A browser on a phone");
});
