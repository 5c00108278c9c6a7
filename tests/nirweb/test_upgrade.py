"""What an upgrade does to the database of the version before."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import PROJECT

NEW, FAULTY = "nirweb.settings", "tests.nirweb.upgrading.settings"
KEPT = "INSERT INTO sessions_app_household (id, stored_at, name, demo) VALUES (?, '2026-01-01', 'Home', 0)"


def django(data: Path, *arguments: str, settings: str = NEW) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")}
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False,
        env={**inherited, "DJANGO_SETTINGS_MODULE": settings, "NIRWEB_DATA": str(data)},
    )  # fmt: skip


def content(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as opened:
        return list(opened.iterdump())


def an_older_database(data: Path) -> None:
    """As an older version really left it: some migrations of a library are not applied yet."""
    steps = "".join(f"; call_command('migrate', *{step!r})" for step in (["account", "0005"], ["sessions_app"], ["sessions"]))
    done = django(data, "shell", "--no-imports", "-c", f"from django.core.management import call_command{steps}")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(data / "db.sqlite3")) as database, database:
        database.execute(KEPT, ("1" * 32,))


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("older") / "data"
    data.mkdir()
    an_older_database(data)
    return data


@pytest.fixture
def data(older: Path, tmp_path: Path) -> Path:
    return shutil.copytree(older, tmp_path / "data")


def test_K40_it_takes_a_snapshot_and_brings_an_older_database_up_to_date(data: Path) -> None:
    before = content(data / "db.sqlite3")
    done = django(data, "prepare_database")
    assert done.returncode == 0, done.stderr
    (snapshot,) = (data / "snapshots").iterdir()
    assert done.stdout == f"snapshot: {snapshot}\n"
    assert snapshot.stat().st_mode & 0o777 == 0o600
    assert content(snapshot) == before
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        assert database.execute("SELECT name FROM sessions_app_household").fetchall() == [("Home",)]
    again = django(data, "prepare_database")
    assert (again.returncode, again.stdout) == (0, ""), "there is nothing to migrate, so nothing to keep"
    assert len(list((data / "snapshots").iterdir())) == 1


def test_K42_a_migration_that_fails_half_way_leaves_the_database_as_it_was(data: Path) -> None:
    assert django(data, "prepare_database").returncode == 0
    before = content(data / "db.sqlite3")
    done = django(data, "prepare_database", settings=FAULTY)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "The upgrade failed, and the database is as it was before it (ValueError: this version has a fault)" in last
    assert content(data / "db.sqlite3") == before
    assert django(data, "prepare_database").returncode == 0, "the version before goes on with it"


def test_K40_without_room_for_a_snapshot_nothing_is_migrated(data: Path) -> None:
    before = content(data / "db.sqlite3")
    (data / "snapshots").touch()  # in the way of the folder
    done = django(data, "prepare_database")
    assert done.returncode == 1
    assert "No snapshot could be taken before the upgrade" in done.stderr
    assert content(data / "db.sqlite3") == before
