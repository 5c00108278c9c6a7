"""`python -m ble_bridge doctor` as a person types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ble_bridge.doctor.finding import Finding, guarded
from tests.ble_bridge.air import ROOT
from tests.ble_bridge.doctor.conftest import asked, give_journal, give_token, write
from tests.ble_bridge.doctor.servers import HOST, Answers, serving


def typed(*words: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ble_bridge", "doctor", *words], cwd=cwd, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_G3_G4_all_that_is_wrong_is_told_at_once_for_a_person_and_for_a_program(home: Path) -> None:
    (home / "profiles").mkdir()
    (home / "profiles" / "mine.toml").write_text("profile =")
    done = typed("--home", str(home))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == str(home)
    assert "  WRONG G15  " in done.stdout
    assert "  WRONG G31  Nobody listens at 127.0.0.1:1" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 wrong, 2 to mind, ")
    told = json.loads(typed("--home", str(home), "--json").stdout)
    assert told["wrong"] == 2
    assert [one["rule"] for one in told["homes"][0]["findings"] if one["verdict"] == "wrong"] == ["G15", "G31"]


def test_G4_status_0_when_nothing_is_wrong_and_2_when_it_was_typed_wrong(home: Path, tmp_path: Path) -> None:
    give_token(home, life_s=-1)
    with serving(Answers()) as port:
        write(home, f"http://{HOST}:{port}")
        done = typed("--home", str(home))
    assert done.returncode == 0, done.stdout
    wrong = typed("--home", str(tmp_path / "nowhere"))
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)


def test_G4_in_a_clone_it_finds_the_bridge_of_up(home: Path, tmp_path: Path) -> None:
    (tmp_path / "clone" / "data").mkdir(parents=True)
    home.rename(tmp_path / "clone" / "data" / "bridge")
    assert "G10  data/bridge/bridge.toml is sound" in typed(cwd=tmp_path / "clone").stdout


def test_G2_nothing_is_changed(home: Path) -> None:
    give_token(home)
    give_journal(home)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.rglob("*")}
    with serving(Answers()) as port:
        write(home, f"http://{HOST}:{port}")
        before[home / "bridge.toml"] = ((home / "bridge.toml").read_bytes(), (home / "bridge.toml").stat().st_mtime_ns)
        asked(home)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.rglob("*")} == before


def test_G1_a_check_that_breaks_is_a_finding_in_one_line() -> None:
    def breaks() -> "list[Finding]":
        raise RuntimeError("two\nlines")

    (found,) = guarded("G31", lambda: iter(breaks()))
    assert (found.verdict, found.rule) == ("wrong", "G31")
    assert found.text == "This could not be looked at: two lines"


@pytest.mark.parametrize("journal", [b"", b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 5000])
def test_G1_whatever_lies_in_the_folder_there_is_no_trace(home: Path, journal: bytes) -> None:
    (home / "journal.sqlite3").write_bytes(journal)
    (home / "token.json").write_bytes(journal)
    (home / "enrol.json").write_bytes(journal)
    (home / "lock").write_bytes(journal)
    (home / "bridge.toml").write_bytes(journal)
    done = typed("--home", str(home))
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert all(len(line) < 400 for line in done.stdout.splitlines())
