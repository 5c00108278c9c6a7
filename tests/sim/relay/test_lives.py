"""The relay in virtual time: rules kept in every life, one life from one seed, and every safeguard missed when it is gone."""

import os
import re
import subprocess
import sys
from typing import Final

import pytest

from ble_bridge.radio.radio import Radio
from tests.running import PROJECT
from tests.sim.relay import runs
from tests.sim.relay.air import AirRadio
from tests.sim.relay.safeguards import SAFEGUARDS, WITHIN
from tests.sim.relay.world import Process

LIVES: Final = int(os.environ.get("NIRWEB_LIVES", "2000"))
SAME: Final = 3110


def traced(seed: int, hash_seed: str, collects_after: int = 700) -> str:
    """The trace of a life, from a process of its own, whose collector of garbage comes by after so many new objects."""
    collector = f"import gc; gc.set_threshold({collects_after})"
    command = [
        sys.executable,
        "-c",
        f"{collector}; from tests.sim.relay.runs import one; print('\\n'.join(one({seed}, traced=True).trace))",
    ]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.timeout(600)
def test_every_rule_is_kept_in_every_life() -> None:
    found = runs.many(range(1, LIVES + 1))
    sys.stdout.write(found.said() + "\n")
    assert not found.broken, f"{found.said()}\nRepeat one: {runs.Wanted().again(found.broken[0].seed)}"
    assert min(found.starts, found.lit, found.stops, sum(found.faults.values())) > LIVES
    assert len(found.faults) > 20


def test_the_same_seed_is_the_same_life() -> None:
    first = traced(SAME, "1")
    assert first.count("\n") > 50
    assert traced(SAME, "2", collects_after=100) == first
    assert traced(SAME + 1, "1") != first


def test_a_killed_process_draws_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken apart in the order in which its tasks lie in memory, which no seed decides."""
    kill, drew = Process.kill, []

    def watched(process: Process) -> None:
        before = process.world.dice.getstate()
        kill(process)
        drew.append(process.world.dice.getstate() != before)

    monkeypatch.setattr(Process, "kill", watched)
    runs.in_turn(range(1, 61), runs.Wanted())
    assert len(drew) > 60
    assert not any(drew)


def test_its_radio_has_the_face_of_the_products() -> None:
    """Else a bridge would fail on it, try again, and never light anything."""
    face = {name for name in vars(Radio) if not name.startswith("_")}
    assert face <= {name for name in vars(AirRadio) if not name.startswith("_")}


def test_every_safeguard_of_the_rules_has_a_plant() -> None:
    rules = (PROJECT / "docs" / "bridge.md").read_text(encoding="utf-8").partition("## Safeguards")[2]
    assert re.findall(r"^\| ([a-z][^|]*?) \|", rules, re.MULTILINE) == ["safeguard", *SAFEGUARDS]


@pytest.mark.parametrize("safeguard", SAFEGUARDS)
def test_a_life_without_it_is_seen_to_be_wrong(safeguard: str) -> None:
    found = runs.many(range(1, WITHIN + 1), runs.planted(safeguard), jobs=1, until_broken=True)
    assert found.broken, f"{found.lives} lives without {safeguard}, and nothing was seen"
    assert found.broken[0].rule in SAFEGUARDS[safeguard].found_as, found.broken[0].broken
