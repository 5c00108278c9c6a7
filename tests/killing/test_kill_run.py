"""The kill run, short: the long one is `manage.py kill-run`. That it judges is shown by values, and by a planted bug."""

import random
import secrets

import pytest

from ble_bridge.virtual.light import Light
from tests.killing.judge import Claim, Seen, Verdict, judge
from tests.killing.plan import VICTIMS, Round, rounds
from tests.killing.tally import run

TIMES = 6

pytestmark = pytest.mark.timeout(600)


def test_P5_P6_P7_six_kills_at_random_moments_leave_no_light_too_long_and_no_false_word() -> None:
    seed = secrets.randbelow(2**31)
    print(f"seed {seed}")
    tally = run(rounds(TIMES, random.Random(seed)))
    assert tally.wrong == []
    assert tally.kills.total() == TIMES
    assert tally.did_something


def test_P5_a_bridge_that_sets_no_dead_man_is_caught_by_its_light() -> None:
    killed = Round(1, "bridge", 15, kill_after_s=2.0, away_s=6.0, stop_after_s=None)
    tally = run([killed], bridge=("tests.ble_bridge.safety.planted", "no_deadman"))
    assert any("after its bridge was killed" in wrong for wrong in tally.wrong), tally


def test_every_part_is_killed_equally_often_and_a_seed_repeats_itself() -> None:
    drawn = rounds(200, random.Random(5))
    assert {victim: sum(one.victim == victim for one in drawn) for victim in VICTIMS} == dict.fromkeys(VICTIMS, 50)
    assert drawn == rounds(200, random.Random(5))
    assert any(one.stop_after_s for one in drawn)
    assert any(one.kill_after_s < 0 for one in drawn)


# ── The judge ────────────────────────────────────────────────────────────────────────────────────────────────────────
def lit(on_s: float, off_s: float, level: int = 100) -> list[Light]:
    return [Light(0, {660: 0}), Light(on_s, {660: level}), Light(off_s, {660: 0})]


def seen(
    history: list[Light],
    *claims: tuple[float, Claim],
    booked_s: float = 5,
    bridge_killed_s: float | None = None,
    confirmed: bool = False,
) -> Verdict:
    return judge(Seen(10, 40, 5, history, claims, booked_s={660: booked_s}, bridge_killed_s=bridge_killed_s, confirmed=confirmed))


def test_a_round_as_it_should_be() -> None:
    verdict = seen(lit(10.1, 15.1), (9, "off"), (10.2, "on"), (15.3, "off"), confirmed=True)
    assert verdict.wrong == []
    assert verdict.started_after_s == pytest.approx(0.1)
    assert verdict.overrun_s == pytest.approx(0)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (seen(lit(10, 16.2), booked_s=7), "1.20 s past its planned end"),
        (seen(lit(20.5, 25)), "late start: lit 10.50 s after"),
        (seen([*lit(10, 12), *lit(14, 15)[1:]]), "lit 2 times"),
        (seen(lit(10, 15), bridge_killed_s=11), "4.00 s after its bridge was killed"),
        (seen(lit(10, 15), (9, "off")), "“off” for 5.00 s of light"),
        (seen(lit(10, 15), (10, "on"), (21, "")), "“on” for 6.00 s of darkness"),
        (seen([Light(0, {660: 0})], (10, "on"), (16, "")), "“on” for 6.00 s of darkness"),
        (seen(lit(10, 15), booked_s=4), "5.00 s of full light, and 4.00 s booked"),
        (seen(lit(10, 15), booked_s=7, confirmed=True), "7.00 s called confirmed"),
        (seen([Light(0, {660: 0}), Light(36, {660: 50})], booked_s=2), "late start"),
    ],
)
def test_what_is_wrong_is_told_by_name(verdict: Verdict, words: str) -> None:
    assert any(words in wrong for wrong in verdict.wrong), verdict.wrong
