import { expect, test } from "vitest";
import { channelsOf, emptyLight, faultsOf, lightOf, type LightDraft } from "./light";

const draft: LightDraft = {
  provenance: "meter",
  lines: [
    { distance: "30", values: { "660": "40", "850": "" } },
    { distance: "15,5", values: { "660": "62", "850": "50" } },
  ],
};

test("it keeps each wavelength's own table, distances rising", () => {
  expect(channelsOf(draft, [660, 850])).toEqual([
    {
      wavelength_nm: 660,
      provenance: "meter",
      irradiance: [
        { distance_cm: 15.5, irradiance_mw_cm2: 62 },
        { distance_cm: 30, irradiance_mw_cm2: 40 },
      ],
    },
    { wavelength_nm: 850, provenance: "meter", irradiance: [{ distance_cm: 15.5, irradiance_mw_cm2: 50 }] },
  ]);
});

test("it claims nothing of a wavelength that nothing was entered for", () => {
  const [, infrared] = channelsOf({ provenance: "lab", lines: [{ distance: "20", values: { "660": "40" } }] }, [660, 850]);
  expect(infrared).toEqual({ wavelength_nm: 850, provenance: "unknown", irradiance: [] });
  for (const channel of channelsOf({ ...draft, provenance: "unknown" }, [660, 850])) expect(channel.irradiance).toEqual([]);
});

test("it names what does not fit", () => {
  expect(faultsOf(emptyLight).all).toMatch(/how the strength is known/);
  expect(faultsOf({ provenance: "unknown", lines: [] })).toEqual({});
  expect(faultsOf({ provenance: "lab", lines: [{ distance: "20", values: {} }] }).all).toMatch(/at least one/);
  const wrong: LightDraft = {
    provenance: "lab",
    lines: [
      { distance: "20", values: { "660": "40" } },
      { distance: "20", values: { "660": "4000" } },
      { distance: "", values: { "660": "NaN" } },
    ],
  };
  expect(Object.keys(faultsOf(wrong)).sort()).toEqual(["1.660", "1.distance", "2.660", "2.distance"]);
});

test("it reads back what it kept", () => {
  const channels = channelsOf(draft, [660, 850]).map((channel) => ({ ...channel, min_pct: 1, max_pct: 100 }));
  expect(channelsOf(lightOf(channels), [660, 850])).toEqual(channelsOf(draft, [660, 850]));
});
