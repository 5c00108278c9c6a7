"""Infrared at the cornea."""

from math import inf, nan
from typing import Any

import pytest

from sessions_app.dose import DoseError
from sessions_app.therapy.eyes import infrared_w_m2, limit_w_m2
from tests.sessions_app.vectors import by_nm, names, vectors

VECTORS = vectors("eyes")


@pytest.mark.parametrize("case", VECTORS["limit"], ids=lambda case: f"{case['exposure_s']} s")
def test_it_limits_infrared_by_the_time(case: dict[str, Any]) -> None:
    assert limit_w_m2(case["exposure_s"]) == pytest.approx(case["limit_w_m2"], rel=1e-6)


@pytest.mark.parametrize("exposure_s", [*VECTORS["limit_refused"], nan, inf])
def test_it_has_no_limit_for_a_time_that_cannot_be(exposure_s: float) -> None:
    with pytest.raises(DoseError):
        limit_w_m2(exposure_s)


@pytest.mark.parametrize("case", VECTORS["infrared"], ids=names(VECTORS["infrared"]))
def test_it_adds_up_infrared_only(case: dict[str, Any]) -> None:
    assert infrared_w_m2(by_nm(case["irradiance_mw_cm2"]) or {}, by_nm(case["levels_pct"]) or {}) == pytest.approx(case["w_m2"])


@pytest.mark.parametrize("case", VECTORS["infrared_refused"], ids=names(VECTORS["infrared_refused"]))
def test_it_refuses_infrared_that_is_missing(case: dict[str, Any]) -> None:
    with pytest.raises(DoseError):
        infrared_w_m2(by_nm(case["irradiance_mw_cm2"]) or {}, by_nm(case["levels_pct"]) or {})


@pytest.mark.parametrize("odd", [nan, inf, -1.0])
def test_it_refuses_infrared_that_is_no_number(odd: float) -> None:
    with pytest.raises(DoseError):
        infrared_w_m2({850: odd}, {850: 1})
