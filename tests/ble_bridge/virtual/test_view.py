"""The virtual lamp in a terminal and in a pipe."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ble_bridge.virtual import frame
from ble_bridge.virtual.model import FaultName
from ble_bridge.virtual.observer import Observer, State
from tests.ble_bridge.air import ROOT, Air
from tests.patience import PATIENCE_S, START_S

STATE: State = {
    "radio": "home", "name": "NIRWeb Virtual Panel", "address": "C0:00:00:00:00:01", "serial": "NWV-1", "connected": True,
    "away": False, "powered": True, "t": 1.0, "state": "running", "reason": "none", "token": 7, "light": {660: 50, 850: 80},
    "remaining_s": 580.2, "deadman_left_s": 2.34, "temperature_c": 31.5, "local": False, "stuck": False, "identifying": False,
    "faults": [],
}  # fmt: skip
DARK = {**STATE, "state": "idle", "light": {660: 0, 850: 0}, "remaining_s": 0.0, "deadman_left_s": None}


def command(air: Air) -> list[str]:
    return [sys.executable, "-m", "ble_bridge.virtual.view", "--socket", str(air.folder / "observer.sock"), "--radio", "home"]


def test_the_picture_tells_levels_timer_deadman_and_heat() -> None:
    text = "\n".join(frame.picture(STATE, colour=False, faults_open=False))
    for words in (
        "NIRWeb Virtual Panel",
        "linked",
        "ON",
        "660 nm",
        " 50 %",
        "850 nm",
        " 80 %",
        "invisible",
        "09:41",
        "2.3 s",
        "31.5 °C",
    ):
        assert words in text
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= 80


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "ON"),
        ({"local": True, "deadman_left_s": None}, "ON, by its own button"),
        ({"state": "fault", "stuck": True, "light": {660: 50, 850: 0}}, "FAULT: a channel stays on"),
        ({**DARK, "state": "fault", "reason": "over_temperature"}, "FAULT: dark"),
        ({**DARK, "identifying": True}, "blinks"),
        ({**DARK, "powered": False}, "no power"),
        (DARK, "dark"),
    ],
)
def test_the_headline_says_what_the_lamp_does(change: State, words: str) -> None:
    assert words in frame.headline({**STATE, **change})
    assert words in frame.plain_line({**STATE, **change})


@pytest.mark.parametrize("reason", ["none", "completed", "client", "deadman", "link_lost", "over_temperature", "button", "power"])
def test_every_end_has_words(reason: str) -> None:
    assert "last end: " in frame.plain_line({**DARK, "reason": reason})


def test_the_fault_list_shows_each_fault_and_whether_it_is_on() -> None:
    text = "\n".join(frame.picture({**STATE, "faults": ["slow"]}, colour=True, faults_open=True))
    assert len(frame.FAULT_KEYS) == len(FaultName)
    assert "2 [x] slow" in text
    assert "1 [ ] mute" in text


def test_in_a_pipe_it_tells_each_change_in_a_line(air: Air, observer: Observer) -> None:
    with subprocess.Popen(command(air), cwd=ROOT, stdout=subprocess.PIPE, text=True) as view:
        assert view.stdout
        assert "dark" in view.stdout.readline()
        observer.button()
        assert re.search(r"ON, by its own button  660 nm  50 %  850 nm  50 %  timer 10:00", view.stdout.readline())
        observer.button()
        assert "last end: its button" in view.stdout.readline()
        view.terminate()


class Terminal:
    """The view on a pseudo-terminal."""

    def __init__(self, air: Air) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(command(air), cwd=ROOT, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self._seen = ""

    def sees(self, words: str, within_s: float = PATIENCE_S) -> bool:
        """Whether the words come; what was seen before them is forgotten."""
        deadline_s = time.monotonic() + within_s
        while words not in self._seen:
            if time.monotonic() > deadline_s:
                return False
            if select.select([self._master], [], [], 0.2)[0]:
                self._seen += os.read(self._master, 65536).decode(errors="ignore")
        self._seen = self._seen[self._seen.index(words) + len(words) :]
        return True

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)


@pytest.fixture
def terminal(air: Air) -> Iterator[Terminal]:
    terminal = Terminal(air)
    yield terminal
    terminal.close()


def test_in_a_terminal_its_keys_reach_the_panel(terminal: Terminal, observer: Observer) -> None:
    assert terminal.sees("not linked")
    terminal.press("b")
    assert terminal.sees("ON, by its own button")
    assert observer.state()["light"] == {660: 50, 850: 50}
    terminal.press("b")
    assert terminal.sees("last end: its button")
    terminal.press("f")
    assert terminal.sees("[ ] mute")
    terminal.press("1")
    assert terminal.sees("[x] mute")
    assert observer.state()["faults"] == ["mute"]
    terminal.press("w")
    assert terminal.sees("out of range")
    terminal.press("w")
    assert terminal.sees("not linked")
    terminal.press("q")
    assert terminal.process.wait(PATIENCE_S) == 0


def test_without_a_virtual_panel_it_says_so() -> None:
    view = [sys.executable, "-m", "ble_bridge.virtual.view", "--socket", "/nonexistent/observer.sock"]
    done = subprocess.run(view, cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("no virtual panel at /nonexistent/observer.sock")
