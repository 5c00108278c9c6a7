"""`manage.py restore`."""

import json
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nirweb.supervisor.folders import Folders
from tests.nirweb.backup.conftest import add_household, epoch, households, manage
from tests.nirweb.test_upgrade import an_older_database
from tests.running import PROJECT


def state(data: Path) -> dict[str, bytes]:
    """Every file of the data folder that a restore could harm."""
    return {
        str(path.relative_to(data)): path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_file() and path.name != "up.lock" and not path.name.endswith(("-shm", "-wal"))
    }


def rewritten(backup: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """The backup with its members and its list changed."""
    with zipfile.ZipFile(backup) as opened:
        members = {name: opened.read(name) for name in opened.namelist() if name != "manifest.json"}
        manifest = json.loads(opened.read("manifest.json"))
    change(members, manifest)
    other = backup.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
        made.writestr("manifest.json", json.dumps(manifest))
    return other


def refused(file: Path, data: Path) -> str:
    """The one line with which `file` is refused; nothing was changed by it."""
    before = state(data)
    done = manage("restore", file, "--data", data)
    assert done.returncode == 1, done.stdout
    assert state(data) == before
    assert not (data / "restoring.json").exists()
    assert not list((data / "aside").glob("*"))
    (line,) = done.stderr.splitlines()
    return line


def test_K30_K32_it_puts_back_what_was_there_with_a_new_history_and_another_key_for_tickets(backup: Path, data: Path) -> None:
    photo = (data / "photos" / "2026" / "one.jpg").read_bytes()
    secret = json.loads((data / "secret.json").read_text())
    before = epoch(data)
    add_household(data, "made after the backup")
    (data / "photos" / "2026" / "one.jpg").unlink()
    (data / "secret.json").unlink()
    (data / "valkey").mkdir()
    (data / "valkey" / "waiting").write_text("work of the state that is replaced")
    done = manage("restore", backup, "--data", data)
    assert done.returncode == 0, done.stderr
    assert "Restored the backup of" in done.stdout
    assert households(data) == set()
    assert epoch(data) not in ("", before)
    assert (data / "photos" / "2026" / "one.jpg").read_bytes() == photo
    found = json.loads((data / "secret.json").read_text())
    assert {name for name, key in found.items() if key != secret[name]} == {"ticket"}
    assert (data / "secret.json").stat().st_mode & 0o777 == 0o600
    assert not (data / "valkey" / "waiting").exists()
    assert (data / "bridge" / "journal.sqlite3").exists()


def test_K24_undo_puts_back_what_was_replaced_and_can_itself_be_undone(backup: Path, data: Path) -> None:
    add_household(data, "made after the backup")
    assert manage("restore", backup, "--data", data).returncode == 0
    assert households(data) == set()
    assert manage("restore", "--undo", "--data", data).returncode == 0
    assert households(data) == {"made after the backup"}
    assert manage("restore", "--undo", "--data", data).returncode == 0
    assert households(data) == set()


def test_it_restores_into_a_new_folder(backup: Path, tmp_path: Path) -> None:
    assert manage("restore", backup, "--data", tmp_path / "new" / "data").returncode == 0
    assert households(tmp_path / "new" / "data") == set()


def test_K24_undo_says_that_there_is_nothing_to_undo(data: Path) -> None:
    assert "nothing aside" in manage("restore", "--undo", "--data", data).stderr


@pytest.mark.parametrize("share", [0, 0.02, 0.5, 0.999])
def test_K22_it_refuses_what_is_cut_short(backup: Path, data: Path, share: float) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * share)])
    assert "cut short" in refused(backup, data) or share == 0


def test_K22_it_refuses_a_file_of_another_kind(data: Path, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear NIRWeb")
    assert "is not a backup of NIRWeb" in refused(tmp_path / "letter", data)
    with zipfile.ZipFile(tmp_path / "zip", "w") as other:
        other.writestr("manifest.json", "{}")
    assert "is not a backup of NIRWeb" in refused(tmp_path / "zip", data)
    assert "is a folder" in refused(tmp_path, data)
    assert "There is no file" in refused(tmp_path / "nothing", data)


def test_K22_it_refuses_a_backup_in_which_one_bit_is_another(backup: Path, data: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0x10
    backup.write_bytes(content)
    assert "damaged" in refused(backup, data)


def _of_another_database(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    members["db.sqlite3"] = members["bridge/journal.sqlite3"]


def _without_photo(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    del members["photos/2026/one.jpg"]


def _with_a_stranger(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    members["photos/stranger"] = b""


def _pointing_elsewhere(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["photos/../../../up.lock"] = b""
    manifest["members"].append({"name": "photos/../../../up.lock", "size": 0, "sha256": "e3b0"})


def _larger_than_said(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
    members["photos/2026/one.jpg"] += b"0" * 5_000_000


def _without_database(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del members["db.sqlite3"]
    manifest["members"] = [member for member in manifest["members"] if member["name"] != "db.sqlite3"]


def _without_sense(_members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["members"] = [{"size": 3}]


def _of_a_newer_format(_members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["version"] = 2


def _of_postgresql(_members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["database"] = "postgresql"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_of_another_database, "is not what was written"),
        (_without_photo, "does not hold what its list says"),
        (_with_a_stranger, "does not hold what its list says"),
        (_pointing_elsewhere, "does not belong"),
        (_larger_than_said, "is not what was written"),
        (_without_database, "holds no database"),
        (_without_sense, "cannot be read"),
        (_of_a_newer_format, "newer NIRWeb"),
        (_of_postgresql, "holds no database"),
    ],
)
def test_K22_it_refuses_what_was_changed(
    backup: Path, data: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None], words: str
) -> None:
    assert words in refused(rewritten(backup, change), data)


def test_K23_it_refuses_a_database_of_a_newer_version(data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "db.sqlite3")) as database, database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('sessions_app', '9999_later', '2099-01-01')")
    newer = tmp_path / "newer.zip"
    assert manage("backup", newer, "--data", data).returncode == 0
    assert "written by a newer NIRWeb (sessions_app 9999_later)" in refused(newer, data)


def test_K23_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    data, kept, restored = tmp_path / "older", tmp_path / "older.zip", tmp_path / "restored"
    data.mkdir()
    an_older_database(data)
    assert manage("backup", kept, "--data", data).returncode == 0
    done = manage("restore", kept, "--data", restored)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(restored / "db.sqlite3")) as database:
        ((applied,),) = database.execute("SELECT count(*) FROM django_migrations WHERE app = 'account' AND name > '0006'")
        assert database.execute("SELECT name FROM sessions_app_household").fetchall() == [("Home",)]
    assert applied > 0


def test_K20_it_refuses_while_nirweb_runs(backup: Path, data: Path) -> None:
    running = Folders(data)
    running.claim("http://localhost:8000")
    try:
        assert "NIRWeb already runs" in refused(backup, data)
    finally:
        running.let_go()


def test_K20_it_refuses_while_anything_has_the_database_open(backup: Path, data: Path) -> None:
    program = "import sqlite3, sys; live = sqlite3.connect(sys.argv[1]); live.execute('PRAGMA journal_mode=WAL')"
    program += "; live.execute('SELECT count(*) FROM sessions_app_user').fetchone(); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(data / "db.sqlite3")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        line = refused(backup, data)
        other.communicate("\n")
    assert "Another program has" in line


def test_K20_it_refuses_while_a_bridge_runs(backup: Path, data: Path) -> None:
    from ble_bridge.lock import lock

    with lock(data / "bridge"):
        assert "A bridge runs in" in refused(backup, data)


KILLED = """
import itertools, os, pathlib, signal, sys
count, moves, real = int(sys.argv.pop(1)), itertools.count(1), pathlib.Path.rename
def rename(self, target):
    if next(moves) > count:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
pathlib.Path.rename = rename
from nirweb.backup.restore import main
sys.exit(main(sys.argv[1:]))
"""


def test_K21_killed_in_the_middle_nothing_starts_until_it_is_undone(backup: Path, data: Path) -> None:
    add_household(data, "made after the backup")
    before = state(data)
    killed = [sys.executable, "-c", KILLED, "6", str(backup), "--data", str(data)]
    assert subprocess.run(killed, cwd=PROJECT, capture_output=True, check=False).returncode == -signal.SIGKILL
    assert "A restore was interrupted" in manage("up", "--data", data, "--port", "1").stderr
    assert "was interrupted" in manage("backup", data.parent, "--data", data).stderr
    assert "is undone" in manage("restore", "--undo", "--data", data).stdout
    assert state(data) == before


def test_K25_it_says_that_the_disk_is_full_and_changes_nothing(backup: Path, data: Path) -> None:
    before = state(data)
    program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300 * 1024,) * 2)\n"
    program += "import sys; from nirweb.backup.restore import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(backup), "--data", str(data)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("There is no room left on the disk")
    assert state(data) == before
    assert not any((data / "aside").iterdir())


def test_K34_everybody_signs_in_anew_when_that_is_wished(data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "db.sqlite3")) as database, database:
        database.execute("INSERT INTO django_session VALUES ('key', 'data', '2099-01-01')")
    kept = tmp_path / "signed-in.zip"
    assert manage("backup", kept, "--data", data).returncode == 0
    for options, count in (([], 1), (["--sign-out"], 0)):
        assert manage("restore", kept, *options, "--data", data).returncode == 0
        with closing(sqlite3.connect(data / "db.sqlite3")) as database:
            assert database.execute("SELECT count(*) FROM django_session").fetchone() == (count,)
