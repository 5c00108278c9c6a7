"""The process of the virtual panels: how it starts, refuses and ends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ble_bridge.air import ROOT, Air, virtual_air
from tests.patience import PATIENCE_S, START_S


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ble_bridge.virtual", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=False)


def test_it_ends_at_a_sigterm_and_leaves_no_socket() -> None:
    with virtual_air("home") as own:
        own.process.terminate()
        assert own.process.wait(PATIENCE_S) == 0
        assert [p.name for p in own.folder.iterdir()] == ["virtual.lock"]


def test_it_ends_with_its_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with parent, virtual_air("home", parent=parent.pid) as own:
        assert own.process.poll() is None
        parent.kill()
        parent.wait()
        assert own.process.wait(PATIENCE_S) == 0


def test_a_second_one_on_the_same_folder_is_refused(air: Air) -> None:
    refused = run("--dir", str(air.folder), "--radio", "home")
    assert refused.returncode == 2
    assert "served by another process" in refused.stderr
    assert air.observer().state()["powered"]


@pytest.mark.parametrize("radio", ["", "Home", "a/b", "x" * 17])
def test_it_refuses_a_radio_name_that_is_no_file_name(tmp_path: Path, radio: str) -> None:
    assert run("--dir", str(tmp_path), "--radio", radio).returncode == 2


def test_it_says_that_a_folder_is_too_long_for_a_socket(tmp_path: Path) -> None:
    refused = run("--dir", str(tmp_path / ("x" * 100)), "--radio", "home")
    assert refused.returncode == 2
    assert "choose a shorter folder" in refused.stderr


def test_it_takes_over_a_socket_that_a_killed_one_left() -> None:
    with virtual_air("home") as own:
        own.process.kill()
        own.process.wait()
        assert own.socket().exists()
        again = subprocess.Popen(
            [sys.executable, "-m", "ble_bridge.virtual", "--dir", str(own.folder), "--radio", "home"], cwd=ROOT
        )
        with again:
            deadline_s = time.monotonic() + PATIENCE_S
            while True:
                try:
                    assert own.observer().state()["powered"]
                    break
                except RuntimeError:
                    assert time.monotonic() < deadline_s
                    time.sleep(0.05)
            again.terminate()
            assert again.wait(PATIENCE_S) == 0
