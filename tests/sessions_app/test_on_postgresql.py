"""Races again on the engine of a clinic: there two writers really run at the same time."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.push import postgres

ROOT: Final = Path(__file__).resolve().parents[2]
RACES: Final = (
    "tests/sessions_app/therapy/test_shared_panel.py",
    "tests/sessions_app/accounts/test_household_races.py",
    "tests/sessions_app/accounts/test_closing.py",
    *("-k", "M43_of_starts or test_race"),
)


@pytest.mark.timeout(600)
def test_A3_M18_M21_M22_M43_so_it_is_on_postgresql() -> None:
    with postgres.database() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *RACES, "-n0", "-q", "-p", "no:cacheprovider"],
            cwd=ROOT, env={**os.environ, "NIRWEB_DATABASE_URL": url}, capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout
