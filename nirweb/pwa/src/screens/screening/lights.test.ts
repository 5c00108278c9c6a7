import { expect, test } from "vitest";
import type { Panel, Regimen, Row } from "../../store/entities";
import { lightNames, lightsAskedAbout } from "./lights";

const kept = { id: "01", state: "synced", copyOf: null, supersededBy: null } as const;
const course = (...wavelengthsNm: number[]): Row<"regimen"> => {
  const wavelengths = Object.fromEntries(wavelengthsNm.map((nm) => [nm, { level_pct: 50, fluence_j_cm2: null }]));
  return { ...kept, entity: "regimen", body: { wavelengths } as Regimen };
};
const panel = (...wavelengthsNm: number[]): Row<"panel"> => ({
  ...kept,
  entity: "panel",
  body: { channels: wavelengthsNm.map((wavelength_nm) => ({ wavelength_nm })) } as Panel,
});

test("it asks about the light of every course, else of the panels, else of what most panels have", () => {
  expect(lightsAskedAbout([course(850, 660), course(450, 660)], [panel(630)])).toEqual([450, 660, 850]);
  expect(lightsAskedAbout([], [panel(660, 450), panel(850)])).toEqual([450, 660, 850]);
  expect(lightsAskedAbout([], [])).toEqual([660, 850]);
  expect(lightNames([450, 660])).toBe("450 nm and 660 nm");
});
