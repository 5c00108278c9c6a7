"""Figures of progress."""

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from sessions_app.progress.rules import Course, Done, adherence, change, ratings_by_day, weeks
from tests.sessions_app.vectors import day, names, vectors

VECTORS = vectors("progress")


def course(given: dict[str, Any]) -> Course:
    dates = {"started_on": date.fromisoformat(given["started_on"]), "ended_on": day(given["ended_on"])}
    return Course(**(given | dates | {"days": tuple(given["days"])}))


def done(given: dict[str, Any]) -> Done:
    return Done(**(given | {"day": date.fromisoformat(given["day"]), "sites": tuple(given["sites"])}))


@pytest.mark.parametrize("case", VECTORS["adherence"], ids=names(VECTORS["adherence"]))
def test_it_tells_planned_days_from_kept_ones(case: dict[str, Any]) -> None:
    sessions = [done(one) for one in case["done"]]
    found = adherence(course(case["course"]), sessions, date.fromisoformat(case["first"]), date.fromisoformat(case["today"]))
    assert asdict(found) == {key: case[key] for key in ("planned", "kept", "extra")}


@pytest.mark.parametrize("case", VECTORS["weeks"], ids=names(VECTORS["weeks"]))
def test_it_adds_up_the_light_of_a_week(case: dict[str, Any]) -> None:
    sessions = [done(one) for one in case["done"]]
    found = weeks(sessions, date.fromisoformat(case["today"]), case["count"], case["site"])
    assert [asdict(one) | {"monday": one.monday.isoformat()} for one in found] == case["weeks"]


@pytest.mark.parametrize("case", VECTORS["ratings"], ids=names(VECTORS["ratings"]))
def test_it_compares_first_ratings_with_last(case: dict[str, Any]) -> None:
    points = ratings_by_day((date.fromisoformat(one), value) for one, value in case["given"])
    assert [[one.isoformat(), value] for one, value in points] == case["points"]
    compared = change(points)
    assert (compared and list(compared)) == case["change"]
