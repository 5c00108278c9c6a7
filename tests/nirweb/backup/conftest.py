"""A data folder as `up` leaves it, with a real database of the present schema."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from nirweb import keys
from tests.patience import START_S
from tests.running import PROJECT

Manage = Callable[..., "subprocess.CompletedProcess[str]"]


def manage(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """One command of manage.py, as a person types it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")}
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=PROJECT, env={**inherited, **environment}, capture_output=True, text=True, check=False, timeout=START_S,
    )  # fmt: skip


def django(*arguments: str, data: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "nirweb.settings", "NIRWEB_DATA": str(data)}
    subprocess.run([sys.executable, "-m", "django", *arguments], cwd=PROJECT, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("prepared") / "data"
    django("prepare_database", data=data)
    keys.kept(data / "secret.json")
    with closing(sqlite3.connect(data / "db.sqlite3")) as database, database:
        database.execute("INSERT INTO sessions_app_epoch (id, epoch, since) VALUES (1, ?, '2026-01-01')", ("1" * 32,))
    (data / "bridge").mkdir()
    (data / "bridge" / "token.json").write_text('{"access_token": "a"}')
    with closing(sqlite3.connect(data / "bridge" / "journal.sqlite3")) as journal, journal:
        journal.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY)")
    (data / "photos" / "2026").mkdir(parents=True)
    (data / "photos" / "2026" / "one.jpg").write_bytes(os.urandom(200_000))
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "data")


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    path = tmp_path / "kept.zip"
    made = manage("backup", path, "--data", data)
    assert made.returncode == 0, made.stderr
    return path


def epoch(data: Path) -> str:
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        return str(database.execute("SELECT epoch FROM sessions_app_epoch").fetchone()[0])


def households(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        return {name for (name,) in database.execute("SELECT name FROM sessions_app_household")}


def add_household(data: Path, name: str) -> None:
    with closing(sqlite3.connect(data / "db.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO sessions_app_household (id, stored_at, name, demo) VALUES (hex(randomblob(16)), '2026-01-01', ?, 0)",
            (name,),
        )
