"""A run under every order of reports (Hypothesis): an end is an end, and reported light is never lost."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import event as seen
from hypothesis import given
from hypothesis import strategies as st

from ble_bridge.contract import limits
from ble_bridge.contract.wire import RunEvent
from sessions_app.therapy import rules
from sessions_app.therapy.rules import RunNow

BEGAN = datetime(2026, 3, 1, 20, tzinfo=UTC)
PANEL, EPOCH = uuid4(), uuid4()
KINDS = ["arming", "running", "commanded", "dose", "levels", "stopping", "ended", "unknown", "resolved", "adopted"]


@st.composite
def reports(draw: st.DrawFn) -> list[RunEvent]:
    found = []
    for seq in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from(KINDS))
        on_s = draw(st.floats(0, 60)) if kind == "dose" else None
        level = draw(st.floats(0, 1))
        found.append(
            RunEvent.model_validate(
                {
                    "seq": seq + 1,
                    "epoch": EPOCH,
                    "at": BEGAN + timedelta(seconds=draw(st.integers(-10_000, 10_000))),
                    "panel_id": PANEL,
                    "session_id": None,
                    "run_no": 1,
                    "event": kind,
                    "on_time_s": on_s,
                    "full_level_s": None if on_s is None else {660: on_s * level},
                    "confirmed": draw(st.booleans()),
                    "end_reason": "client" if kind == "ended" else None,
                }
            )
        )
    return found


def a_run(wish: rules.Wish = "") -> RunNow:
    return RunNow(state="requested", wish=wish, duration_s=600, highest_pct={660: 100}, requested_at=BEGAN)


@given(reports(), st.sampled_from(["", "stop", "pause"]))
def test_an_end_is_an_end_and_light_adds_up(events: list[RunEvent], wish: rules.Wish) -> None:
    run, told_s, red_s, ended = a_run(wish), 0.0, 0.0, False
    for number, one in enumerate(events):
        now = BEGAN + timedelta(seconds=number + 1)
        run = rules.step(run, one, now)
        if one.event == "dose":
            told_s += one.on_time_s or 0.0
            red_s += (one.full_level_s or {}).get(660, 0.0)
        ended = ended or one.event == "ended"
        assert (run.state == "ended") == ended
        assert abs(run.light.on_s - told_s) < 1e-6
        assert abs(run.light.full_level_s.get(660, 0.0) - red_s) < 1e-6
        for at in (run.began_at, run.ended_at):
            assert at is None or BEGAN <= at <= now
    if any(one.event == "commanded" or (one.event in {"dose", "ended"} and not one.confirmed) for one in events):
        assert not run.light.confirmed
    seen(f"ended {ended}")


@given(reports(), st.booleans(), st.integers(1, 4000))
def test_B43_a_run_that_nobody_ends_is_an_upper_bound_and_a_late_report_never_makes_it_less_than_was_told(
    events: list[RunEvent], bounded: bool, after_s: int
) -> None:
    run = a_run()
    for one in events:
        run = rules.step(run, one, BEGAN + timedelta(seconds=after_s))
    if run.state == "ended":
        return
    lost = rules.lost(run, bounded=bounded, now=BEGAN + timedelta(seconds=after_s))
    assert lost.light.on_s + lost.assumed_s >= 600
    assert bounded or lost.light.on_s + lost.assumed_s >= limits.MAX_SESSION_S
    again = lost
    for one in events:
        again = rules.step(again, one, BEGAN + timedelta(seconds=after_s))
        assert again.light.on_s + again.assumed_s >= min(600, again.light.on_s)
    seen("a run was lost")


@given(st.sampled_from(sorted(rules.NEVER_LIT)), st.booleans())
def test_an_answer_that_means_no_light_ends_a_run_only_when_the_journal_told_nothing(code: str, heard: bool) -> None:
    after = rules.after_answer(a_run(), code, heard, BEGAN)
    assert (after.state == "ended") == (not heard)
    assert after.light.on_s + after.assumed_s == 0


@given(reports())
def test_B28_only_a_pause_that_was_wished_for_keeps_the_session(events: list[RunEvent]) -> None:
    for wish in ("", "stop", "pause"):
        run = a_run(wish)
        for one in events:
            run = rules.step(run, one, BEGAN + timedelta(hours=1))
        state = rules.session_state(run, keeps_pause=False)
        assert state != "paused" or wish == "pause"
        assert (state in {"paused", "ended"}) == (run.state == "ended")


def test_H11_light_of_which_no_strength_was_told_counts_at_the_highest_level() -> None:
    event = RunEvent.model_validate(
        {
            "seq": 1,
            "epoch": EPOCH,
            "at": BEGAN,
            "panel_id": PANEL,
            "session_id": None,
            "run_no": 1,
            "event": "dose",
            "on_time_s": 60,
        }
    )
    told_of_no_strength: tuple[dict[int, float] | None, ...] = (None, {})
    for silent in told_of_no_strength:
        run = rules.step(a_run(), event.model_copy(update={"full_level_s": silent}), BEGAN + timedelta(seconds=60))
        assert (run.light.on_s, run.light.full_level_s, run.light.confirmed) == (60, {660: 60}, False)
