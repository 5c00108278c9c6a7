"""Each ceiling acts twice on the way to the lamp: in the server's decision, and in the bridge (docs/dose.md, D10-D17).

The clearance of a plan that is just let through is handed to the bridge's own rules with one that asks for more. The third
gate, the phone, decides by the same vectors as the server (`tests/vectors/decision.json`). The gap is not the bridge's: it
remembers no sessions.
"""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ble_bridge import run_limits
from ble_bridge.contract import wire
from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these
from sessions_app.screening.values import Answered
from sessions_app.therapy.decision import decide
from sessions_app.therapy.values import POLICY, Channel, Decision, Exposure, Person, Wish

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
SCREENING = Answered(
    version=QUESTIONNAIRE.version, answers=nothing_of_these(), answered_at=NOW - timedelta(hours=1), stored_at=None, since={}
)
KNOWN = ((15.0, 40.0), (30.0, 30.0))


def panel(*nms: int, known: bool = True, bright: float = 1) -> list[Channel]:
    table = tuple((cm, mw * bright) for cm, mw in KNOWN) if known else ()
    return [Channel(wavelength_nm=nm, min_pct=5, irradiance=table, provenance="lab" if known else "unknown") for nm in nms]


def had(hours_ago: float, fluence: float | None, on_s: float = 600) -> Exposure:
    ended_at = NOW - timedelta(hours=hours_ago)
    return Exposure(session_id=str(hours_ago), sites=("chest", "face"), ended_at=ended_at, on_s=on_s, fluence_j_cm2=fluence)


def judged(wish: Wish, channels: list[Channel], *history: Exposure, phototype: int | None = None) -> Decision:
    person = Person(person_id=str(uuid4()), zone="UTC", screening=SCREENING, history=history, phototype=phototype)
    return decide(wish, channels, person, NOW)


def asked(duration_s: int, levels: dict[int, int] | None = None, site: str = "chest") -> Wish:
    return Wish(
        session_id=str(uuid4()),
        sites=(site,),
        distance_cm=30,
        duration_s=duration_s,
        levels_pct=levels or {660: 100},
        eyewear=True,
    )


def bridge_says(decision: Decision, wish: Wish) -> str | None:
    """What the bridge has against this wish under that clearance."""
    assert decision.clearance is not None
    clearance = wire.Clearance.model_validate(asdict(decision.clearance))
    args = wire.StartArgs.model_construct(  # the line itself takes no session over 30 min; here it is the bridge that is asked
        session_id=uuid4(), run_no=1, panel_id=uuid4(), duration_s=int(wish.duration_s),
        levels_pct={nm: int(level) for nm, level in wish.levels_pct.items()}, ramp_s=5, attended=False,
    )  # fmt: skip
    refusal = run_limits.refuse_start(args, clearance, None)
    return refusal.code if refusal else None


WEEK = tuple(had(hours, 48) for hours in (30, 60, 90, 120))
CASES = {
    "D10 24 hours": ("ceiling_24h", 160, 170, [had(10, 45)], None, None),
    "D10 7 days": ("ceiling_7d", 260, 270, WEEK, None, None),
    "D10 one session": ("dose_over_ceiling", 1660, 1670, [], None, None),
    "D11 30 minutes": ("session_too_long", 1800, 1801, [], {660: 10}, None),
    "D17 phototype": ("dose_over_ceiling", 1110, 1112, [], None, 5),
}


@pytest.mark.parametrize("name", CASES)
def test_D10_D11_D17_server_and_bridge_refuse_what_is_just_over(name: str) -> None:
    code, fits_s, over_s, history, levels, phototype = CASES[name]
    let = judged(asked(fits_s, levels), panel(660), *history, phototype=phototype)
    assert let.allowed, [reason.code for reason in let.reasons]
    assert bridge_says(let, asked(fits_s, levels)) is None
    more = asked(over_s, levels)
    assert [reason.code for reason in judged(more, panel(660), *history, phototype=phototype).reasons] == [code]
    assert bridge_says(let, more) == "over_limit"


def test_D12_unknown_strength_has_its_minutes_in_both() -> None:
    dark = panel(660, known=False)
    let = judged(asked(1200), dark)
    assert let.allowed
    assert [reason.code for reason in judged(asked(1201), dark).reasons] == ["unknown_irradiance_too_long"]
    assert bridge_says(let, asked(1201)) == "over_limit"
    assert let.clearance is not None
    generous = replace(let, clearance=replace(let.clearance, max_duration_s=1800))
    assert bridge_says(generous, asked(1201)) == "over_limit", "the bridge has the 20 minutes of its own"


def test_D13_infrared_at_the_eyes_bounds_the_level_in_both() -> None:
    bright = panel(660, 850, bright=1.5)
    low, high = {660: 10, 850: 20}, {660: 10, 850: 60}
    let = judged(asked(1000, low, "face"), bright)
    assert let.allowed
    assert [reason.code for reason in judged(asked(1000, high, "face"), bright).reasons] == ["eye_infrared"]
    assert bridge_says(let, asked(1000, high, "face")) == "over_limit"
    chest = judged(asked(600, high), bright)
    assert chest.allowed
    assert bridge_says(chest, asked(600, high)) is None


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), 0, -1])
@pytest.mark.parametrize("limit", list(asdict(POLICY)))
def test_D14_a_missing_limit_refuses(limit: str, value: float | None) -> None:
    person = Person(person_id="p", zone="UTC", screening=SCREENING)
    decision = decide(asked(60), panel(660), person, NOW, replace(POLICY, **{limit: value}))
    assert [reason.code for reason in decision.reasons] == ["limit_missing"]


def test_D14_the_bridge_refuses_a_clearance_with_a_hole() -> None:
    let = judged(asked(60), panel(660))
    assert let.clearance is not None
    whole = let.clearance
    for hole in (replace(whole, max_fluence_j_cm2=None), replace(whole, irradiance_mw_cm2={}), replace(whole, max_level_pct={})):
        assert bridge_says(replace(let, clearance=hole), asked(60)) == "no_clearance"
