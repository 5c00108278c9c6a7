"""`manage.py up` as a person meets it: real processes, real signals."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nirweb.supervisor.folders import runtime_of
from tests.patience import PATIENCE_S
from tests.running import PROJECT, Up, free_port, members, running, wait_until


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which `up` has run before."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    with running(data, "--no-demo"):
        pass
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "data")


@pytest.fixture
def up(data: Path) -> Iterator[Up]:
    with running(data, "--no-demo") as up:
        yield up


def status(up: Up, path: str) -> int:
    with urllib.request.urlopen(f"{up.origin}{path}", timeout=PATIENCE_S) as answer:
        return int(answer.status)


def is_ready(up: Up) -> bool:
    try:
        return status(up, "/readyz") == 200
    except OSError:
        return False


def one_line(up: Up) -> str:
    assert up.wait() == 1
    (line,) = up.lines
    return line


def test_it_prints_one_address_and_the_same_as_a_qr_code(up: Up) -> None:
    up.wait_for("Stop: Ctrl-C")
    assert next(line.strip() for line in up.lines if "http://" in line) == up.origin
    assert sum("█" in line for line in up.lines) > 10
    assert status(up, "/readyz") == 200


def test_it_keeps_the_address_that_it_was_given_once(data: Path) -> None:
    with running(data, "--no-demo", "--url", "https://light.example.org") as first:
        assert "    https://light.example.org" in first.lines
    with running(data, "--no-demo") as second:
        assert "    https://light.example.org" in second.lines


def test_it_stops_and_leaves_no_process(up: Up) -> None:
    group = up.group()
    assert len(members(group)) >= 4, "guard, store, web, worker"
    up.stop()
    assert up.process.returncode == 0
    assert members(group) == []
    assert not runtime_of(up.data).exists()


def test_it_leaves_no_process_after_a_kill_of_the_parent_and_finds_everything_again(up: Up) -> None:
    group = up.group()
    up.process.kill()
    up.wait()
    again = Up(up.data, "--no-demo", port=up.port)  # at once: it waits for the parts that are still ending
    try:
        again.wait_until_ready()
        wait_until(lambda: members(group) == [])
        assert "database prepared" not in again.output
    finally:
        again.stop()


@pytest.mark.parametrize(("part", "command"), [("web", "supervisor.web"), ("worker", "supervisor.worker"), ("store", "valkey")])
def test_it_tells_of_a_crashed_part_and_starts_it_again(up: Up, part: str, command: str) -> None:
    first = up.part(command)
    os.kill(first, signal.SIGKILL)
    assert "starting again" in up.wait_for(f"^{part} was killed by SIGKILL")
    wait_until(lambda: any(command in line for line in members(up.group())))
    assert up.part(command) != first
    wait_until(lambda: is_ready(up))


def test_it_names_a_free_port_when_the_one_asked_for_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        line = one_line(Up(tmp_path / "data", "--no-demo", port=taken))
    assert line.startswith(f"Port {taken} is in use by another program")


def test_it_tells_where_the_other_one_runs_on_the_same_data(up: Up) -> None:
    second = Up(up.data, "--no-demo", port=free_port())
    assert one_line(second).startswith(f"NIRWeb already runs on {up.data} at {up.origin} (process {up.process.pid})")


def test_it_tells_that_the_data_folder_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert one_line(Up(tmp_path / "file" / "data")).startswith("Cannot write to")


def test_K41_it_refuses_a_database_that_a_newer_version_wrote(data: Path) -> None:
    with closing(sqlite3.connect(data / "db.sqlite3")) as database, database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('sessions_app', '9999_later', '2099-01-01')")
        database.execute("CREATE TABLE later (id)")
    later = Up(data, "--no-demo")
    assert later.wait() == 1
    assert "was written by a newer NIRWeb (sessions_app 9999_later)" in later.output


def test_K40_it_takes_a_snapshot_before_it_migrates(data: Path) -> None:
    with closing(sqlite3.connect(data / "db.sqlite3")) as database, database:
        database.execute("DELETE FROM django_migrations WHERE app = 'sessions' AND name = '0001_initial'")
        database.execute("DROP TABLE django_session")
    with running(data, "--no-demo") as up:
        assert "snapshot:" in up.output
    (snapshot,) = (data / "snapshots").glob("*.sqlite3")
    with closing(sqlite3.connect(snapshot)) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    assert "sessions_app_user" in tables
    assert "django_session" not in tables


def test_it_reports_every_bad_setting_at_once(tmp_path: Path) -> None:
    up = Up(tmp_path, "--no-demo", environment={"NIRWEB_LOG": "loud", "NIRWEB_EMAIL_URL": "pigeon://"})
    assert up.wait() == 2
    assert "NIRWEB_LOG" in up.output
    assert "NIRWEB_EMAIL_URL" in up.output


def test_it_asks_for_a_store_where_none_is_embedded(tmp_path: Path) -> None:
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text("import platform; platform.machine = lambda: 'riscv64'")
    line = one_line(Up(tmp_path / "data", environment={"PYTHONPATH": str(tmp_path)}))
    assert "set NIRWEB_REDIS_URL" in line


def test_it_shows_the_virtual_lamp_in_the_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "panel", "--data", str(tmp_path)]
    before = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert before.returncode == 1
    assert before.stderr == f"No virtual panel runs on {tmp_path}: start it with  python3 manage.py up\n"
    with running(tmp_path):
        view = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        with view:
            assert view.stdout
            line = view.stdout.readline()
            view.terminate()
    assert "dark  660 nm" in line
