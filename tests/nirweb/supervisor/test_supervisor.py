"""Starting, watching and stopping of parts, with small real processes."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from nirweb.supervisor.parts import Part
from nirweb.supervisor.supervisor import TURN_S, Supervisor, how_it_ended
from tests.patience import PATIENCE_S
from tests.running import members, wait_until

SLEEPS = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
NOTES_ITS_END = """
import pathlib, signal, sys, time
def end(*_):
    with open(sys.argv[1], "a") as file:
        file.write(sys.argv[2] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1] + "." + sys.argv[2]).touch()
time.sleep(60)
"""


def python(name: str, code: str, *arguments: str, stops: int = 2) -> Part:
    return Part(name, [sys.executable, "-c", code, *arguments], stops=stops)


async def until(true: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_until, true)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
async def supervisor(tmp_path: Path, told: list[str]) -> AsyncIterator[Supervisor]:
    lock = os.open(os.devnull, os.O_RDONLY)
    supervisor = Supervisor(os.environ, tmp_path, lock, told.append)
    yield supervisor
    await supervisor.stop()
    os.close(lock)


async def test_it_stops_the_bridge_before_what_the_bridge_needs(supervisor: Supervisor, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    for name, turn in (("store", 3), ("web", 2), ("bridge", 1)):
        supervisor.start(python(name, NOTES_ITS_END, str(notes), name, stops=turn))
    await until(lambda: len(list(tmp_path.glob("notes.*"))) == 3)
    await supervisor.stop()
    assert notes.read_text() == "bridge web store "


async def test_it_kills_what_does_not_listen_within_the_5_s(supervisor: Supervisor, tmp_path: Path) -> None:
    for turn in (1, 2, 3):
        supervisor.start(python(f"part{turn}", STUBBORN, stops=turn))
    await until(lambda: [path.read_text() for path in tmp_path.glob("part*.log")] == ["deaf\n"] * 3)
    assert sum(TURN_S.values()) < 5
    await asyncio.wait_for(supervisor.stop(), PATIENCE_S)  # each would sleep for a minute
    assert members(supervisor.group_id) == []


async def test_it_ends_also_what_a_part_started(supervisor: Supervisor) -> None:
    supervisor.start(python("parent", f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]); {SLEEPS}"))
    await until(lambda: sum("time.sleep(60)" in command for command in members(supervisor.group_id)) >= 2)
    await supervisor.stop()
    await until(lambda: members(supervisor.group_id) == [])  # killed, and gone a moment later


async def test_it_waits_longer_before_each_restart_and_tells_the_last_words(supervisor: Supervisor, told: list[str]) -> None:
    supervisor.start(python("broken", "import sys; sys.exit('no such panel')"))
    await until(lambda: len(told) >= 3)
    assert told[:3] == [f"broken ended with status 1 (no such panel); starting again in {delay} s" for delay in ("0.5", "1", "2")]


async def test_it_gives_status_and_words_of_a_part_that_ends_by_itself(supervisor: Supervisor) -> None:
    assert await supervisor.run(python("job", "print('done'); raise SystemExit(3)")) == (3, "done\n")


async def test_it_starts_nothing_again_while_stopping(supervisor: Supervisor, told: list[str]) -> None:
    supervisor.start(python("broken", "raise SystemExit(1)"))
    await until(lambda: told)
    await supervisor.stop()
    count = len(told)
    await asyncio.sleep(1.2)
    assert len(told) == count
    assert members(supervisor.group_id) == []


def test_it_says_how_a_part_ended() -> None:
    assert how_it_ended(-9) == "was killed by SIGKILL"
    assert how_it_ended(2) == "ended with status 2"
