"""A test that fails while the machine stands still is done again; any other has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import START_S
from tests.running import PROJECT
from tests.stood_still import STILL_S, TRIES

FILE = f"""
import os, signal, subprocess, pathlib, pytest
SHARED = []
TRIES = pathlib.Path(__file__).with_name("tries")

def the_machine_stands_still():
    subprocess.Popen(["sh", "-c", f"sleep {1.2 * STILL_S}; kill -CONT {{os.getpid()}}"])
    os.kill(os.getpid(), signal.SIGSTOP)

def tried():
    with TRIES.open("a") as file:
        file.write(".")
    return len(TRIES.read_text())

@pytest.fixture(scope="session")
def shared():
    SHARED.append(1)

@pytest.fixture(scope="module")
def anew(shared):
    return tried()

def test_once(anew):
    if anew == 1:
        the_machine_stands_still()
    assert (anew, len(SHARED)) == (2, 2)

def test_each_time():
    tried()
    the_machine_stands_still()
    assert not "met"

def test_in_peace():
    tried()
    assert not "met"
"""


ENDS_BADLY = """
import pytest

@pytest.fixture(scope="session")
def shared():
    yield
    raise ValueError("ended badly")

def test_it(shared):
    pass
"""


def run(folder: Path, tests: str) -> "subprocess.CompletedProcess[str]":
    (folder / "pytest.ini").write_text("[pytest]")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.stood_still", "-p", "no:django", tests]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=START_S)


@pytest.mark.parametrize(
    ("test", "status", "tries"), [("test_once", 0, 2), ("test_each_time", 1, TRIES), ("test_in_peace", 1, 1)]
)
def test_only_what_fails_while_the_machine_stands_still_is_done_again(tmp_path: Path, test: str, status: int, tries: int) -> None:
    (tmp_path / "test_it.py").write_text(FILE)
    done = run(tmp_path, f"test_it.py::{test}")
    assert done.returncode == status, done.stdout
    assert len((tmp_path / "tries").read_text()) == tries
    assert done.stdout.count("DONE AGAIN, the machine stood still for") == tries - 1


def test_what_the_whole_run_shared_is_still_seen_to_fail_when_it_ends(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(ENDS_BADLY)
    done = run(tmp_path, "test_it.py")
    assert (done.returncode, "1 passed, 1 error" in done.stdout, "ended badly" in done.stdout) == (1, True, True), done.stdout
