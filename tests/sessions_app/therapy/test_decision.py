"""The one answer to "may this session start?"."""

from dataclasses import asdict, replace
from datetime import timedelta
from math import inf, nan
from typing import Any
from uuid import uuid4

import pytest

from ble_bridge.contract.wire import Clearance
from sessions_app.therapy.decision import decide
from sessions_app.therapy.values import POLICY, CheckIn, Decision
from tests.sessions_app import vectors as read
from tests.sessions_app.samples import HOUR, NOW, PANEL, UNMEASURED, exposure, person, wish


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_it_allows_a_modest_plan_of_a_healthy_person() -> None:
    decision = decide(wish(), PANEL, person(), NOW)
    assert decision.allowed
    assert decision.reasons == ()
    assert decision.estimate_j_cm2 == {660: 9.0}
    assert decision.provenance == "lab"


def test_it_gives_a_clearance_that_the_wire_takes() -> None:
    decision = decide(wish(levels_pct={660: 50, 850: 0}), PANEL, person(person_id=str(uuid4())), NOW)
    assert decision.clearance is not None
    clearance = Clearance(**asdict(decision.clearance))
    assert clearance.wavelengths_nm == [660, 850]
    assert clearance.max_level_pct == {660: 100, 850: 100}
    assert clearance.max_duration_s == 600
    assert clearance.max_fluence_j_cm2 == 50
    assert clearance.irradiance_mw_cm2 == {660: 30, 850: 30}


def test_it_clears_no_more_fluence_than_the_fullest_site_has_room_for() -> None:
    decision = decide(wish(sites=("chest", "abdomen")), PANEL, person(history=(exposure(12, 30),)), NOW)
    assert decision.clearance is not None
    assert decision.clearance.max_fluence_j_cm2 == 20


def test_it_claims_no_dose_where_the_irradiance_is_unknown() -> None:
    decision = decide(wish(), UNMEASURED, person(), NOW)
    assert decision.allowed
    assert decision.estimate_j_cm2 is None
    assert decision.provenance == "unknown"
    assert [caution.code for caution in decision.cautions] == ["caution_unknown_irradiance"]
    assert decision.clearance is not None
    assert decision.clearance.max_fluence_j_cm2 is None
    assert decision.clearance.irradiance_mw_cm2 is None


def test_it_says_everything_that_stands_in_the_way_the_gravest_first() -> None:
    held = CheckIn(id="c1", sites=("chest",), at=NOW - HOUR, swelling=1)
    someone = person({"lupus": True}, checkins=(held,), history=(exposure(2, 45),))
    decision = decide(wish(eyewear=False), PANEL, someone, NOW)
    assert codes(decision) == ["screening_clinician", "hold_site", "gap", "ceiling_24h", "eyewear"]
    assert not decision.allowed
    assert decision.clearance is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sites": ()}, "site_missing"),
        ({"sites": ("elbow",)}, "site_unknown"),
        ({"levels_pct": {}}, "no_light"),
        ({"levels_pct": {660: 0, 850: 0}}, "no_light"),
        ({"levels_pct": {630: 50}}, "wavelength_not_on_panel"),
        ({"levels_pct": {660: 101}}, "level_out_of_range"),
        ({"levels_pct": {660: -5}}, "level_out_of_range"),
        ({"levels_pct": {660: nan}}, "level_out_of_range"),
        ({"duration_s": 0}, "duration_invalid"),
        ({"duration_s": nan}, "duration_invalid"),
        ({"duration_s": inf}, "duration_invalid"),
        ({"distance_cm": None}, "distance_missing"),
        ({"distance_cm": nan}, "limit_missing"),
        ({"distance_cm": 10}, "distance_outside_table"),
        ({"distance_cm": 61}, "distance_outside_table"),
        ({"duration_s": 1801, "levels_pct": {660: 10}}, "session_too_long"),
        ({"pulse_hz": nan}, "limit_missing"),
        ({"eyewear": False}, "eyewear"),
    ],
)
def test_it_refuses_a_faulty_plan(change: dict[str, Any], code: str) -> None:
    assert code in codes(decide(wish(**change), PANEL, person(), NOW))


def test_it_refuses_a_person_without_answers() -> None:
    assert codes(decide(wish(), PANEL, person(screening=None), NOW)) == ["screening_missing"]


def test_it_refuses_when_the_answers_are_older_than_90_days() -> None:
    someone = person()
    assert decide(wish(), PANEL, someone, NOW + timedelta(days=89)).allowed
    assert codes(decide(wish(), PANEL, someone, NOW + timedelta(days=90))) == ["screening_due"]


def test_it_asks_for_a_guardian_under_18() -> None:
    assert codes(decide(wish(), PANEL, person({"under_18": True}), NOW)) == ["guardian_missing", "screening_clinician"]
    assert codes(decide(wish(), PANEL, person({"under_18": True}, guardian=True), NOW)) == ["screening_clinician"]


def test_it_limits_infrared_at_the_eye_on_the_face_only() -> None:
    bright = {"levels_pct": {850: 50}}  # 150 W/m², 10 min allow 148.5
    assert decide(wish(**bright), PANEL, person(), NOW).allowed
    refused = decide(wish(sites=("face",), **bright), PANEL, person(), NOW)
    assert codes(refused) == ["eye_infrared"]
    assert "148.4 W/m² is the most for 10 min" in refused.reasons[0].sentence
    assert decide(wish(sites=("face",), levels_pct={850: 49}), PANEL, person(), NOW).allowed


def test_it_counts_the_earlier_run_of_a_session_at_the_eye() -> None:
    before = exposure(0.1, 9, session_id="s1", sites=("face",), on_s=60)
    assert codes(decide(wish(sites=("face",), levels_pct={850: 49}), PANEL, person(history=(before,)), NOW)) == ["eye_infrared"]


def test_it_clears_infrared_on_the_face_no_further_than_the_eyes_bear() -> None:
    decision = decide(wish(sites=("face",), levels_pct={660: 50, 850: 20}), PANEL, person(), NOW)
    assert decision.clearance is not None
    assert decision.clearance.max_level_pct == {660: 100, 850: 20}


def test_it_refuses_on_a_missing_or_broken_limit() -> None:
    for name in asdict(POLICY):
        for broken in (None, nan, inf, 0, -1):
            limits = replace(POLICY, **{name: broken})
            assert codes(decide(wish(), PANEL, person(), NOW, limits)) == ["limit_missing"], (name, broken)


def test_it_says_how_the_irradiance_is_known() -> None:
    claimed = (replace(PANEL[0], provenance="claim"), PANEL[1])
    decision = decide(wish(), claimed, person(), NOW)
    assert decision.provenance == "claim"
    assert [caution.code for caution in decision.cautions] == ["caution_provenance"]


VECTORS = read.vectors("decision")


@pytest.mark.parametrize("case", VECTORS["cases"], ids=read.names(VECTORS["cases"]))
def test_it_decides_as_the_phone_does(case: dict[str, Any]) -> None:
    changes = dict(case.get("person", {}))
    screening = changes.pop("screening", VECTORS["screening"])
    someone = read.person(
        VECTORS["person"] | changes, None if screening is None else read.answered(screening, case.get("answers", {}))
    )
    channels = [read.channel(one) for one in case.get("channels", VECTORS["channels"])]
    asked = read.wish(VECTORS["wish"] | case.get("wish", {}))
    decision = decide(asked, channels, someone, read.at(case.get("now", VECTORS["now"])))
    assert read.told(decision.reasons, case["reasons"]) == read.expected_reasons(case["reasons"])
    assert decision.allowed is (not case["reasons"])
    if not decision.allowed:
        assert decision.clearance is None
        return
    assert [caution.code for caution in decision.cautions] == case["cautions"]
    assert decision.provenance == case["provenance"]
    assert decision.estimate_j_cm2 == (case["estimate_j_cm2"] and pytest.approx(read.by_nm(case["estimate_j_cm2"])))
    assert decision.clearance is not None
    told = asdict(decision.clearance)
    expected = case["clearance"]
    assert told == expected | {
        "max_level_pct": read.by_nm(expected["max_level_pct"]),
        "irradiance_mw_cm2": read.by_nm(expected["irradiance_mw_cm2"]),
    }


@pytest.mark.parametrize("change", [{"max_pct": nan}, {"min_pct": -inf}, {"max_pct": 101}, {"min_pct": 90, "max_pct": 80}])
def test_it_refuses_a_panel_whose_range_cannot_be_also_where_it_stays_dark(change: dict[str, Any]) -> None:
    broken = (PANEL[0], replace(PANEL[1], **change))
    assert codes(decide(wish(levels_pct={660: 50, 850: 0}), broken, person(), NOW)) == ["level_out_of_range"]
