"""`manage.py backup`."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from nirweb.backup import databases
from nirweb.backup.command import size_words
from tests.nirweb.backup.conftest import manage
from tests.patience import PATIENCE_S
from tests.running import PROJECT

ROWS_TOGETHER = 7


def test_K2_it_writes_one_file_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.iterdir() if path.name.startswith(".")] == []


def test_a_small_backup_does_not_look_empty() -> None:
    assert [size_words(size) for size in (400, 34_565, 1_234_567)] == ["1 kB", "35 kB", "1.2 MB"]


def test_K11_it_names_each_member_with_its_size_and_hash(backup: Path) -> None:
    with zipfile.ZipFile(backup) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        members = {member["name"]: member for member in manifest["members"]}
        assert set(opened.namelist()) == {*members, "manifest.json"}
        assert members["photos/2026/one.jpg"]["size"] == 200_000
    assert {"db.sqlite3", "secret.json", "bridge/token.json", "bridge/journal.sqlite3"} <= set(members)
    assert "prepared.json" not in members
    assert (manifest["format"], manifest["version"], manifest["database"]) == ("nirweb-backup", 1, "sqlite")
    assert "sessions_app 0001_initial" in manifest["migrations"]


def test_K1_it_copies_one_state_of_a_database_that_is_written_to(tmp_path: Path) -> None:
    """Each transaction adds seven rows: a copy of two moments would hold another number of them."""
    source, copy = tmp_path / "live.sqlite3", tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(source)) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("CREATE TABLE entry (n INTEGER PRIMARY KEY, body BLOB)")
        with live:
            live.executemany("INSERT INTO entry (body) VALUES (?)", [(os.urandom(4000),) for _ in range(ROWS_TOGETHER * 1000)])
    enough, written = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(source, timeout=PATIENCE_S)) as writer:
            while not enough.is_set():
                with writer:
                    writer.executemany("INSERT INTO entry (body) VALUES (?)", [(b"x" * 4000,)] * ROWS_TOGETHER)
                written.append(time.monotonic())

    thread = threading.Thread(target=write)
    thread.start()
    try:
        steps: list[int] = []
        databases.copy_sqlite(source, copy, lambda _what, done, _whole: steps.append(done))
        ended_s = time.monotonic()
    finally:
        enough.set()
        thread.join()
    assert len(steps) > 2, "too small to be copied in steps"
    assert sum(at < ended_s for at in written) > 2, "nobody wrote meanwhile"
    with closing(sqlite3.connect(copy)) as made:
        (count,) = made.execute("SELECT count(*) FROM entry").fetchone()
        assert made.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert count >= ROWS_TOGETHER * 1000
    assert count % ROWS_TOGETHER == 0


def test_K1_it_tells_of_a_damaged_database(data: Path, tmp_path: Path) -> None:
    with (data / "db.sqlite3").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    done = manage("backup", tmp_path / "kept.zip", "--data", data)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "kept.zip").exists()


def test_K2_it_writes_over_nothing(backup: Path, data: Path) -> None:
    before = backup.read_bytes()
    done = manage("backup", backup, "--data", data)
    assert done.returncode == 1
    assert done.stderr == f"{backup} exists already: choose another name.\n"
    assert backup.read_bytes() == before


def test_K3_it_says_in_one_line_what_is_in_the_way(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target, data_folder, words in (
        (tmp_path / "nowhere" / "kept.zip", data, "There is no folder"),
        (tmp_path / "file" / "kept.zip", data, "There is no folder"),
        (Path("/proc/kept.zip") if sys.platform == "linux" else Path("/dev/fd/kept.zip"), data, "/"),
        (tmp_path / "kept.zip", tmp_path, "There is no database"),
    ):
        done = manage("backup", target, "--data", data_folder)
        assert done.returncode == 1
        assert done.stderr.startswith(words)
        assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("blocks", [100, 1400])
def test_K3_it_says_that_the_disk_is_full_and_leaves_nothing(data: Path, tmp_path: Path, blocks: int) -> None:
    """A limit of this process stands for the disk: it ends in the database's copy, or in the packing."""
    if blocks == 1400:
        (data / "photos" / "2026" / "two.jpg").write_bytes(os.urandom(1_500_000))
    target = tmp_path / "kept.zip"
    program = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({blocks} * 1024,) * 2)\n"
    program += "import sys; from nirweb.backup.command import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(target), "--data", str(data)],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith(f"There is no room left on the disk of {tmp_path}")
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_K3_it_takes_away_what_a_killed_one_left(data: Path, tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f".nirweb-backup-{ended.pid}-0"
    left.mkdir()
    (left / "database").touch()
    assert manage("backup", tmp_path, "--data", data).returncode == 0
    assert not left.exists()
    assert len(list(tmp_path.glob("nirweb-*.zip"))) == 1


def test_K10_it_names_at_a_persons_what_nobody_decided_about(data: Path, tmp_path: Path) -> None:
    (data / "notes.txt").touch()
    assert "Not in the backup, because nothing says what it is: notes.txt" in manage("backup", tmp_path, "--data", data).stdout


def test_K12_it_copies_again_when_a_bridge_renewed_its_tokens_meanwhile(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nirweb import environment
    from nirweb.backup import making

    token, copied = data / "bridge" / "token.json", []
    real = databases.copy_sqlite

    def copy_while_the_bridge_renews(source: Path, target: Path, progress: object) -> None:
        real(source, target, progress)  # type: ignore[arg-type]
        if source.name == "db.sqlite3":
            copied.append(source)
            if len(copied) == 1:
                token.write_text('{"access_token": "b"}')

    monkeypatch.setattr(databases, "copy_sqlite", copy_while_the_bridge_renews)
    made = making.make(data, environment.sqlite(data / "db.sqlite3"), tmp_path / "kept.zip", keys_given=False, say=print)
    assert len(copied) == 2
    with zipfile.ZipFile(made.path) as opened:
        assert opened.read("bridge/token.json") == b'{"access_token": "b"}'


def test_K3_it_says_what_is_missing_for_postgresql(tmp_path: Path) -> None:
    done = manage(
        "backup", tmp_path / "kept.zip", "--data", tmp_path,
        NIRWEB_DATABASE_URL="postgresql://light@127.0.0.1:1/light", PATH=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("The database is PostgreSQL, and pg_dump is missing: install its client")
