"""What Hypothesis draws is new in each run, and the same again for the same seed; also where CI is set (`conftest`)."""

import os
import subprocess
import sys

import pytest
from hypothesis import core, given, settings
from hypothesis import strategies as st


def _drawn(seed: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(core, "global_force_seed", seed)

    @given(st.integers(0, 10**9))
    def draw(number: int) -> None:
        found.append(number)

    draw()
    assert len(found) >= 50
    return found


def test_it_draws_by_the_seed_of_the_run(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    assert settings().derandomize is False
    assert settings().database is None
    assert vars(core)["global_force_seed"] == int(request.config.getoption("hypothesis_seed"))
    assert _drawn(1, monkeypatch) == _drawn(1, monkeypatch) != _drawn(2, monkeypatch)


def test_a_run_says_its_seed_also_where_ci_is_set(request: pytest.FixtureRequest) -> None:
    command = [sys.executable, "-m", "pytest", __file__, "-n0", "-q", "-k", "draws_by_the_seed"]
    environment = {**os.environ, "CI": "true", "NIRWEB_SEED": "4711"}
    run = subprocess.run(command, capture_output=True, text=True, cwd=request.config.rootpath, env=environment, check=False)
    assert run.returncode == 0, run.stdout
    assert "NIRWEB_SEED=4711 plays it again" in run.stdout
