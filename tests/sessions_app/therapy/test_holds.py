"""Holds from check-ins, and their release."""

from typing import Any

import pytest

from sessions_app.therapy.holds import forbid, in_force
from tests.sessions_app import vectors as read

VECTORS = read.vectors("holds")


@pytest.mark.parametrize("case", VECTORS["cases"], ids=read.names(VECTORS["cases"]))
def test_it_holds_a_place_that_reacted(case: dict[str, Any]) -> None:
    checkins = [read.checkin(one) for one in case["checkins"]]
    releases = [read.release(one) for one in case["releases"]]
    reasons = forbid(case["sites"], in_force(checkins, releases, read.at(VECTORS["now"])), VECTORS["zone"])
    assert read.told(reasons, case["expect"]) == read.expected_reasons(case["expect"])
