"""The vectors that phone and server share, and how their values are read here."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sessions_app.reasons import Reason
from sessions_app.screening.questionnaire import nothing_of_these
from sessions_app.screening.values import Agreed, Answered
from sessions_app.therapy.values import Channel, CheckIn, Exposure, Person, Release, Wish

HERE = Path(__file__).resolve().parent.parent / "vectors"


def vectors(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def names(cases: Iterable[dict[str, Any]]) -> list[str]:
    return [case["name"] for case in cases]


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def by_nm(given: dict[str, float] | None) -> dict[int, float] | None:
    return None if given is None else {int(nm): value for nm, value in given.items()}


def answers_of(changes: dict[str, Any]) -> dict[str, Any]:
    """Nothing of these, but for the changes; null leaves a question out."""
    laid_over = nothing_of_these() | changes
    return {question: answer for question, answer in laid_over.items() if answer is not None}


def answered(given: dict[str, Any], changes: dict[str, Any]) -> Answered:
    return Answered(
        version=given["version"],
        answers=answers_of(changes),
        answered_at=at(given["answered_at"]),
        stored_at=moment(given["stored_at"]),
        since={question: at(since) for question, since in given["since"].items()},
    )


def agreed(given: dict[str, Any]) -> Agreed:
    return Agreed(
        question_id=given["question_id"],
        agreed_on=date.fromisoformat(given["agreed_on"]),
        recorded_at=at(given["recorded_at"]),
    )


def exposure(given: dict[str, Any]) -> Exposure:
    return Exposure(**(given | {"sites": tuple(given["sites"]), "ended_at": at(given["ended_at"])}))


def checkin(given: dict[str, Any]) -> CheckIn:
    return CheckIn(**(given | {"sites": tuple(given["sites"]), "at": at(given["at"]), "stored_at": moment(given["stored_at"])}))


def release(given: dict[str, Any]) -> Release:
    return Release(**(given | {"agreed_on": day(given["agreed_on"]), "at": at(given["at"])}))


def wish(given: dict[str, Any]) -> Wish:
    return Wish(**(given | {"sites": tuple(given["sites"]), "levels_pct": by_nm(given["levels_pct"])}))


def channel(given: dict[str, Any]) -> Channel:
    return Channel(**(given | {"irradiance": tuple((cm, mw) for cm, mw in given["irradiance"])}))


def person(given: dict[str, Any], screening: Answered | None) -> Person:
    return Person(
        person_id=given["person_id"],
        zone=given["zone"],
        screening=screening,
        agreements=tuple(agreed(one) for one in given["agreements"]),
        phototype=given["phototype"],
        guardian=given["guardian"],
        history=tuple(exposure(one) for one in given["history"]),
        checkins=tuple(checkin(one) for one in given["checkins"]),
        releases=tuple(release(one) for one in given["releases"]),
    )


def told(reasons: Iterable[Reason], expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reasons as the vectors write them, with the sentence only where it is expected."""
    found = []
    for index, reason in enumerate(reasons):
        one: dict[str, Any] = {"code": reason.code, "about": reason.about, "lifts_at": reason.lifts_at}
        if index < len(expected) and "sentence" in expected[index]:
            one["sentence"] = reason.sentence
        found.append(one)
    return found


def expected_reasons(expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"lifts_at": moment(one["lifts_at"])} for one in expected]
