"""From reported seconds to delivered fluence."""

from math import nan
from typing import Any

import pytest

from sessions_app.dose import UNCERTAINTY, DoseError
from sessions_app.therapy.ledger import Delivered, Seconds, by_wavelength, energy, reported, together, total_j_cm2, unreported
from tests.sessions_app.vectors import by_nm, names, vectors

ENERGIES = vectors("energy")["cases"]
IRRADIANCE = {660: 40.0, 850: 20.0}


def test_it_books_fluence_by_wavelength() -> None:
    light = together([reported(10, {660: 10, 850: 5}, confirmed=True), reported(10, {660: 5}, confirmed=True)])
    found = by_wavelength(light, IRRADIANCE, "lab")
    assert found[660].fluence_j_cm2 == pytest.approx(0.6)
    assert found[850].fluence_j_cm2 == pytest.approx(0.1)
    assert found[660].on_s == 20
    assert total_j_cm2(light, IRRADIANCE) == pytest.approx(0.7)
    assert light.confirmed


def test_it_makes_the_whole_an_upper_bound_for_one_unreported_stretch() -> None:
    light = together([reported(10, {660: 5}, confirmed=True), unreported(10, {660: 80})])
    assert not light.confirmed
    assert light.full_level_s == {660: 13}


def test_it_claims_no_dose_without_irradiance() -> None:
    light = reported(10, {660: 10, 850: 10}, confirmed=True)
    assert by_wavelength(light, None, "unknown")[660].fluence_j_cm2 is None
    assert total_j_cm2(light, {660: 40.0}) is None
    assert total_j_cm2(Seconds(on_s=10, full_level_s={660: 10, 850: 0}), {660: 40.0}) == pytest.approx(0.4)


def test_it_says_how_low_a_claimed_irradiance_may_leave_the_dose() -> None:
    light = reported(100, {660: 100}, confirmed=True)
    assert by_wavelength(light, IRRADIANCE, "claim")[660].fluence_low_j_cm2 == pytest.approx(2)
    assert by_wavelength(light, IRRADIANCE, "lab")[660].fluence_low_j_cm2 is None


@pytest.mark.parametrize(("on_s", "full_s"), [(nan, 1), (-1, 0), (10, nan), (10, -1), (10, 11)])
def test_it_refuses_a_report_that_cannot_be(on_s: float, full_s: float) -> None:
    with pytest.raises(DoseError):
        reported(on_s, {660: full_s}, confirmed=True)


@pytest.mark.parametrize("case", ENERGIES, ids=names(ENERGIES))
def test_D6_it_enters_energy_by_place_and_wavelength(case: dict[str, Any]) -> None:
    factor = UNCERTAINTY[case["provenance"]].low_factor
    light = {
        nm: Delivered(on_s=60, full_level_s=60, fluence_j_cm2=dose, fluence_low_j_cm2=dose and factor and dose * factor)
        for nm, dose in (by_nm(case["fluence_j_cm2"]) or {}).items()
    }
    found = energy(light, case["sites"], case["areas_cm2"])
    assert set(found) == set(case["energy"])
    for site, expected in case["energy"].items():
        on = found[site]
        if on is None or expected is None:
            assert on is expected, site
            continue
        assert {str(nm) for nm in on} == set(expected)
        for nm, one in on.items():
            assert {"at_most_j": one.at_most_j, "low_j": one.low_j} == pytest.approx(expected[str(nm)])
