"""A panel's passport: dates that can be, and hours of light from what was delivered."""

from datetime import date

import pytest

from sessions_app.panels.passport import Dates, problems

TODAY = date(2026, 5, 1)


def said(purchased: date | None = None, warranty: date | None = None, measure: date | None = None) -> Dates:
    return Dates(purchased_on=purchased, warranty_until=warranty, measure_again_on=measure)


@pytest.mark.parametrize(
    "dates",
    [said(), said(TODAY, TODAY, TODAY), said(date(2026, 5, 2)), said(date(2020, 1, 1), date(2023, 1, 1), date(2027, 1, 1))],
)
def test_L2_it_takes_dates_that_can_be(dates: Dates) -> None:
    assert problems(dates, TODAY) == {}


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        (said(date(2026, 5, 3)), "purchased_on"),
        (said(date(1989, 12, 31)), "purchased_on"),
        (said(date(2025, 1, 1), date(2024, 12, 31)), "warranty_until"),
        (said(measure=date(2099, 1, 1)), "measure_again_on"),
    ],
)
def test_L2_it_names_a_date_that_cannot_be(dates: Dates, field: str) -> None:
    assert list(problems(dates, TODAY)) == [field]
