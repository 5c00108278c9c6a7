"""`manage.py backup --prune DAYS`."""

import os
import time
from pathlib import Path

import pytest

from nirweb.backup import swap
from tests.nirweb.backup.conftest import manage


def _aged(path: Path, days: float) -> Path:
    os.utime(path, (time.time() - days * 86_400,) * 2)
    return path


@pytest.fixture
def copies(data: Path) -> dict[str, Path]:
    """Old and new ones in each place, and one in the making."""
    made: dict[str, Path] = {}
    for name, days in {
        "backups/old.zip": 40, "backups/new.zip": 2, "backups/.nirweb-backup-x": 40,
        "snapshots/old.sqlite3": 40, "snapshots/new.sqlite3": 29, "snapshots/half.new": 40,
        "aside/20260101T000000Z/db.sqlite3": 40, "aside/20260301T000000Z/db.sqlite3": 1, "aside/x.ready/db.sqlite3": 40,
    }.items():  # fmt: skip
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("records of health")
        made[name] = _aged(path, days)
        if name.startswith("aside"):
            _aged(path.parent, days)
    return made


def test_K35_it_removes_copies_that_are_older_and_nothing_else(data: Path, copies: dict[str, Path]) -> None:
    done = manage("backup", "--prune", 30, "--data", data)
    assert done.returncode == 0, done.stderr
    gone = {name for name, path in copies.items() if not path.exists()}
    assert gone == {"backups/old.zip", "snapshots/old.sqlite3", "aside/20260101T000000Z/db.sqlite3"}
    assert sorted(line.rsplit("/", 1)[1] for line in done.stdout.splitlines() if line.startswith("Removed: ")) == [
        "20260101T000000Z", "old.sqlite3", "old.zip",
    ]  # fmt: skip
    assert "elsewhere" in done.stdout
    assert (data / "db.sqlite3").exists()
    again = manage("backup", "--prune", 30, "--data", data)
    assert "older than 30 days" in again.stdout


def test_K35_it_keeps_everything_while_a_restore_is_interrupted(data: Path, copies: dict[str, Path]) -> None:
    (data / swap.NOTE).write_text("{}")
    done = manage("backup", "--prune", 0, "--data", data)
    assert (done.returncode, all(path.exists() for path in copies.values())) == (1, True)
    assert "restore --undo" in done.stderr


@pytest.mark.parametrize("days", ["-1", "1.5", "soon"])
def test_K35_days_are_whole(data: Path, days: str) -> None:
    assert manage("backup", f"--prune={days}", "--data", data).returncode == 2
