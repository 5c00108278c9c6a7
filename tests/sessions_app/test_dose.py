"""Dose arithmetic and irradiance tables."""

from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.dose import DoseError, OutsideTableError, energy_j, fluence_j_cm2, irradiance_at, on_s_for, weakest
from tests.sessions_app.vectors import names, vectors

DOSE = vectors("dose")
TABLES = vectors("irradiance")
ONE_OF = {"nan": nan, "inf": inf, "-inf": -inf}


@pytest.mark.parametrize("case", DOSE["fluence"], ids=names(DOSE["fluence"]))
def test_it_computes_fluence(case: dict[str, Any]) -> None:
    assert fluence_j_cm2(case["irradiance_mw_cm2"], case["on_s"], case["level_pct"]) == pytest.approx(case["fluence_j_cm2"])


@pytest.mark.parametrize("case", DOSE["fluence_refused"], ids=names(DOSE["fluence_refused"]))
def test_it_refuses_what_no_fluence_follows_from(case: dict[str, Any]) -> None:
    with pytest.raises(DoseError):
        fluence_j_cm2(case["irradiance_mw_cm2"], case["on_s"], case["level_pct"])


@pytest.mark.parametrize("case", DOSE["energy"], ids=names(DOSE["energy"]))
def test_D6_it_computes_energy(case: dict[str, Any]) -> None:
    assert energy_j(case["fluence_j_cm2"], case["area_cm2"]) == pytest.approx(case["energy_j"])


@pytest.mark.parametrize("case", DOSE["energy_refused"], ids=names(DOSE["energy_refused"]))
def test_D6_it_knows_no_energy_of_what_cannot_be(case: dict[str, Any]) -> None:
    with pytest.raises(DoseError):
        energy_j(case["fluence_j_cm2"], case["area_cm2"])
    with pytest.raises(DoseError):
        energy_j(1, nan)


@pytest.mark.parametrize("case", DOSE["time"], ids=names(DOSE["time"]))
def test_it_computes_time_from_dose(case: dict[str, Any]) -> None:
    assert on_s_for(case["fluence_j_cm2"], case["irradiance_mw_cm2"], case["level_pct"]) == pytest.approx(case["on_s"])


@pytest.mark.parametrize("case", DOSE["time_refused"], ids=names(DOSE["time_refused"]))
def test_it_refuses_what_no_time_follows_from(case: dict[str, Any]) -> None:
    with pytest.raises(DoseError):
        on_s_for(case["fluence_j_cm2"], case["irradiance_mw_cm2"], case["level_pct"])


@pytest.mark.parametrize("case", DOSE["provenance"], ids=lambda case: "+".join(case["given"]) or "none")
def test_it_believes_the_weakest_provenance(case: dict[str, Any]) -> None:
    assert weakest(case["given"]) == case["weakest"]


@pytest.mark.parametrize("case", TABLES["inside"], ids=names(TABLES["inside"]))
def test_it_reads_a_table_between_measured_distances(case: dict[str, Any]) -> None:
    assert irradiance_at(case["table"], case["distance_cm"]) == pytest.approx(case["irradiance_mw_cm2"])


@pytest.mark.parametrize("case", TABLES["outside"], ids=names(TABLES["outside"]))
def test_it_guesses_nothing_outside_a_table(case: dict[str, Any]) -> None:
    with pytest.raises(OutsideTableError) as caught:
        irradiance_at(case["table"], case["distance_cm"])
    assert (caught.value.nearest_cm, caught.value.farthest_cm) == (case["nearest_cm"], case["farthest_cm"])


@pytest.mark.parametrize("case", TABLES["refused"], ids=names(TABLES["refused"]))
def test_it_refuses_a_broken_table(case: dict[str, Any]) -> None:
    with pytest.raises(DoseError):
        irradiance_at(case["table"], case["distance_cm"])


@pytest.mark.parametrize("odd", ONE_OF.values(), ids=ONE_OF)
@pytest.mark.parametrize("place", range(3))
def test_it_refuses_what_is_no_number(odd: float, place: int) -> None:
    values = [30.0, 600.0, 50.0]
    values[place] = odd
    with pytest.raises(DoseError):
        fluence_j_cm2(*values)
    with pytest.raises(DoseError):
        on_s_for(*values)
    with pytest.raises(DoseError):
        irradiance_at([(15, 40), (30, odd)], 15)
    with pytest.raises(DoseError):
        irradiance_at([(15, 40), (30, 20)], odd)


positive = st.floats(min_value=0.1, max_value=500)


@given(irradiance=positive, on_s=positive, level=st.floats(min_value=1, max_value=100))
def test_it_turns_time_into_dose_and_back(irradiance: float, on_s: float, level: float) -> None:
    assert on_s_for(fluence_j_cm2(irradiance, on_s, level), irradiance, level) == pytest.approx(on_s)


@given(
    table=st.lists(st.tuples(positive, positive), min_size=1, max_size=8, unique_by=lambda point: point[0]),
    share=st.floats(min_value=0, max_value=1),
)
def test_it_stays_between_the_measured_values(table: list[tuple[float, float]], share: float) -> None:
    table.sort()
    distance = min(max(table[0][0] + share * (table[-1][0] - table[0][0]), table[0][0]), table[-1][0])
    found = irradiance_at(table, distance)
    values = [mw for _, mw in table]
    assert min(values) * (1 - 1e-9) <= found <= max(values) * (1 + 1e-9)
