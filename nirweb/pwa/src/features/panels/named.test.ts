import { expect, test } from "vitest";
import { namedWavelengths } from "./named";

test("it reads wavelengths in the order they are typed", () => {
  expect(namedWavelengths("630, 660 810;850 nm")).toEqual([630, 660, 810, 850]);
  expect(namedWavelengths("850nm 660nm")).toEqual([850, 660]);
});

test("it takes nothing that cannot be a panel's wavelengths", () => {
  for (const text of ["", "red", "66", "660, 660", "399", "1401", "6.6e2", "-660", "1 2 3", "401 402 403 404 405 406 407 408 409"]) {
    expect(namedWavelengths(text), text).toBeNull();
  }
});
