"""The folder's faults, each made for real [G10-G15]."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ble_bridge.doctor import folder as folder_checks
from ble_bridge.lock import LockedError, holder, lock
from tests.ble_bridge.air import ROOT
from tests.ble_bridge.doctor.conftest import asked, give_journal, is_wrong, write

AS_NOBODY = """
import os, sys
import ble_bridge.doctor.command
from ble_bridge.__main__ import main
if os.getuid() == 0:  # to whom nothing is forbidden
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(main())
"""


def test_G10_settings_that_are_missing_or_unsound(home: Path) -> None:
    assert asked(home)["G10"].verdict == "ok"
    (home / "bridge.toml").write_text('server = "ftp://x"\nname = ""\nradios = ["usb"]')
    found = asked(home)
    is_wrong(found, "G10", "`server` must be an address")
    assert "G31" not in found, "without an address nothing is asked"
    (home / "bridge.toml").unlink()
    is_wrong(asked(home), "G10", "is missing")


def test_G11_a_folder_that_this_user_may_not_write() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write(home, "http://127.0.0.1:1")
        (home / "journal.sqlite3").touch(mode=0o400)
        home.chmod(0o555)
        command = [sys.executable, "-c", AS_NOBODY, "doctor", "--home", name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        home.chmod(0o700)
    assert done.returncode == 1, done.stderr
    assert f"WRONG G11  {home} cannot be read and written by this user" in done.stdout
    assert "chown" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_G12_a_disk_without_room(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_checks, "ROOM", 1 << 80)
    is_wrong(asked(home), "G12", "is full")


def test_G13_a_journal_that_is_damaged_no_journal_at_all_or_of_a_newer_bridge(home: Path) -> None:
    assert "no journal yet" in asked(home)["G13"].text
    path = give_journal(home)
    assert asked(home)["G13"].verdict == "ok"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    is_wrong(asked(home), "G13", "newer bridge")
    path.write_bytes(b"no database" * 100)
    found = asked(home)
    is_wrong(found, "G13", "cannot be read")
    assert f"mv {path}" in found["G13"].mend


def test_G14_who_else_has_the_folder(home: Path) -> None:
    assert asked(home)["G14"].text == "No bridge runs with this folder now"
    program = "import sys, time; from pathlib import Path; from ble_bridge.lock import lock\n"
    program += "held = lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        found = asked(home)["G14"]
        assert f"process {other.pid} (" in found.text
        assert found.verdict == "ok"
        with pytest.raises(LockedError, match=rf"\(process {other.pid}\)"):
            lock(home)
        other.kill()
    assert holder(home) is None, "whoever dies has it no more"
    with lock(home):
        assert holder(home) == os.getpid()


def test_G15_a_profile_of_ones_own_that_is_not_sound(home: Path) -> None:
    (home / "profiles").mkdir()
    (home / "profiles" / "mine.toml").write_text('profile = "mine-1"\n')
    is_wrong(asked(home), "G15", "mine.toml")


def test_G28_a_bridge_without_a_radio(home: Path) -> None:
    assert asked(home)["G28"].verdict == "mind"
    write(home, "http://127.0.0.1:1", radios='["virtual:/nowhere/hci-home.sock"]')
    is_wrong(asked(home), "G27", "/nowhere/hci-home.sock is not there")
