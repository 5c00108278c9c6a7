"""From reported seconds to delivered fluence."""

from math import nan

import pytest

from sessions_app.dose import DoseError
from sessions_app.therapy.ledger import Seconds, by_wavelength, reported, together, total_j_cm2, unreported

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
