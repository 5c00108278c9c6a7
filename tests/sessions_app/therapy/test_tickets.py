"""Start tickets and stop tokens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.signing import Signer

from sessions_app import clock
from sessions_app.panels.phone_wire import CheckBody
from sessions_app.problems import Problem
from sessions_app.therapy import stop_tokens, tickets
from tests.sessions_app import scene

USER = uuid4()
PLAN = CheckBody(
    session_id=uuid4(), panel_id=uuid4(), sites=["chest"], distance_cm=30.0, duration_s=600, levels_pct={660: 50}, eyewear=True
)
NOW = clock.now()


def refused(ticket: str, **changes: object) -> str:
    values = {"user_id": USER, "device": "d", "plan": PLAN, "now": NOW} | changes
    with pytest.raises(Problem) as problem:
        tickets.verify(ticket, **values)  # type: ignore[arg-type]  # a table of cases
    assert problem.value.status == 409
    return problem.value.code


def test_it_takes_a_fresh_ticket() -> None:
    tickets.verify(
        tickets.issue(USER, "d", PLAN, NOW), USER, "d", PLAN, scene.moved(NOW, wall=timedelta(seconds=9), steady_ms=9_000)
    )


@pytest.mark.parametrize(
    ("wall", "steady_ms", "clock_id"),
    [
        (timedelta(seconds=10), 10_000, None),
        (timedelta(hours=1), 3_600_000, None),
        (timedelta(0), 10_000, None),
        (timedelta(seconds=10), 0, None),
        (timedelta(days=365), 1, None),
        (timedelta(days=-365), 1, None),
        (timedelta(seconds=-2), 1, None),
        (timedelta(seconds=11), 0, "another machine"),
    ],
)
def test_P4_it_refuses_a_ticket_older_than_ten_seconds_whatever_the_clocks_do(
    wall: timedelta, steady_ms: int, clock_id: str | None
) -> None:
    now = scene.moved(NOW, wall=wall, steady_ms=steady_ms, clock_id=clock_id)
    assert refused(tickets.issue(USER, "d", PLAN, NOW), now=now) == "ticket_expired"


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": uuid4()},
        {"device": "another phone"},
        {"plan": PLAN.model_copy(update={"duration_s": 601})},
        {"plan": PLAN.model_copy(update={"levels_pct": {660: 51}})},
        {"plan": PLAN.model_copy(update={"distance_cm": 29.0})},
        {"plan": PLAN.model_copy(update={"sites": ["face"]})},
        {"plan": PLAN.model_copy(update={"panel_id": uuid4()})},
        {"plan": PLAN.model_copy(update={"session_id": uuid4()})},
    ],
)
def test_it_refuses_a_ticket_for_anything_else(change: dict[str, object]) -> None:
    assert refused(tickets.issue(USER, "d", PLAN, NOW), **change) == "ticket_invalid"


@pytest.mark.parametrize(
    "text", ["", "x", "a:b", "e30:nothing", "\x00", "é" * 100, Signer(key="z" * 40).sign_object({"user": "x"})]
)
def test_it_refuses_what_it_did_not_sign(text: str) -> None:
    assert refused(text) == "ticket_invalid"
    with pytest.raises(Problem) as problem:
        stop_tokens.read(text)
    assert problem.value.code == "stop_token_invalid"


def token() -> stop_tokens.StopToken:
    return stop_tokens.StopToken(user_id=USER, bridge_id=uuid4(), panel_id=uuid4(), session_id=uuid4(), run_no=3)


def test_a_stop_token_says_what_to_stop() -> None:
    said = token()
    assert stop_tokens.read(stop_tokens.issue(said)) == said


def test_B15_the_same_stop_token_asks_for_the_same_stop() -> None:
    said = token()
    stop = said.stop(emergency=False, trace="12345678")
    assert stop.command_id == said.stop(emergency=False, trace="abcdefgh").command_id
    assert stop.command_id != said.stop(emergency=True, trace="12345678").command_id
    assert (stop.session_id, stop.run_no) == (said.session_id, 3)


def test_a_ticket_is_no_stop_token_and_a_stop_token_no_ticket() -> None:
    with pytest.raises(Problem):
        stop_tokens.read(tickets.issue(USER, "d", PLAN, NOW))
    assert refused(stop_tokens.issue(token())) == "ticket_invalid"
