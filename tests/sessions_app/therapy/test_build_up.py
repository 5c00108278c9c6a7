"""A course that rises over weeks, held back by check-ins (docs/dose.md, D40-D44)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sessions_app.accounts.models import User
from sessions_app.regimens.models import Regimen
from sessions_app.therapy.build_up import BuildUp, Noted, minutes_of, sign_of, step_of
from sessions_app.therapy.courses import minutes_now
from sessions_app.therapy.models import CheckIn, SessionLog
from tests.sessions_app.vectors import names, vectors

VECTORS = vectors("build_up")
PLAN = BuildUp(**VECTORS["plan"])


def days(given: list[str]) -> list[date]:
    return [date.fromisoformat(one) for one in given]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=names(VECTORS["cases"]))
def test_D41_it_rises_week_by_week(case: dict[str, Any]) -> None:
    noted = [Noted(day=date.fromisoformat(one["day"]), sign=one["sign"]) for one in case["noted"]]
    start, today = days([VECTORS["started_on"], case["today"]])
    step = step_of(PLAN, start, today, days(case["done"]), noted)
    assert (step.rises, step.of, step.share_pct, step.held) == (case["rises"], PLAN.weeks, case["share_pct"], case["held"])


@pytest.mark.parametrize("case", VECTORS["minutes"])
def test_D40_it_gives_a_share_of_the_minutes(case: dict[str, float]) -> None:
    assert minutes_of(case["minutes"], int(case["share_pct"])) == pytest.approx(case["expect"])


@pytest.mark.parametrize("case", VECTORS["signs"])
def test_D42_D43_it_reads_a_check_in(case: dict[str, Any]) -> None:
    assert sign_of(warmth=case["warmth"], redness=case["redness"], holds=case["holds"]) == case["sign"]


def test_D44_the_server_reads_the_same_from_its_records(alice: User) -> None:
    now = datetime(2026, 3, 16, 12, tzinfo=UTC)
    course = Regimen.objects.create(
        user=alice, aim="fine_lines", sites=["face"], minutes=10, started_on=date(2026, 3, 2), build_up=VECTORS["plan"]
    )

    def done(**more: Any) -> None:
        values = {"sites": ["face"], "started_at": now - timedelta(days=10), "duration_s": 60, "how": "timer"}
        SessionLog.objects.create(user=alice, **(values | more))

    def noted(**more: Any) -> None:
        CheckIn.objects.create(user=alice, **({"sites": ["face"], "at": now - timedelta(days=3), "comfort": 5} | more))

    assert minutes_now(course, now) == 5
    done(sites=["chest"])
    assert minutes_now(course, now) == 5, "another place is none of it"
    done(sites=["chest"], regimen_id=course.pk)
    done(started_at=now - timedelta(days=5))
    assert minutes_now(course, now) == 7.5
    noted(sites=["chest"], redness=3)
    noted(redness=1)
    assert minutes_now(course, now) == 7.5
    noted(redness=2)
    assert minutes_now(course, now) == 6.2
    noted(sites=["chest"], eye_trouble=True)
    assert minutes_now(course, now) == 5, "trouble with the eyes holds every place"
    course.build_up = None
    assert minutes_now(course, now) == 10
