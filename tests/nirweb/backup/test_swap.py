"""One state in the place of another, killed at each move."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from nirweb.backup import swap
from nirweb.supervisor.trouble import CannotStart

OLD = dict.fromkeys(("db.sqlite3", "db.sqlite3-wal", "secret.json", "bridge/token.json", "valkey/work"), "old") | {"up.lock": ""}
NEW = {"db.sqlite3": "new", "secret.json": "new", "bridge/token.json": "new", "photos/one": "new"}
MOVES = 5 + 4


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def read(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "aside" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "data", OLD)
    write(tmp_path / "data" / "aside" / f"2{swap.READY}", NEW)
    return tmp_path / "data"


def killed(work: Callable[[], None], after_moves: int) -> bool:
    """Do it in a process that is killed before its next move; False: it came to its end."""
    child = os.fork()
    if child == 0:
        left, real = [after_moves], Path.rename

        def rename(self: Path, target: Path) -> Path:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return real(self, target)

        Path.rename = rename  # type: ignore[assignment, method-assign]
        work()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def swapped(data: Path) -> None:
    swap.swap(data, data / "aside" / f"2{swap.READY}", data / "aside" / "2")


def test_it_puts_the_new_state_in_place_and_keeps_the_old_one(data: Path) -> None:
    swapped(data)
    assert read(data) == {**NEW, "up.lock": ""}
    kept = swap.newest_aside(data)
    assert kept == data / "aside" / "2"
    assert kept is not None
    assert {path.name for path in kept.iterdir()} == {name.partition("/")[0] for name in OLD} - {"up.lock"}
    assert not swap.interrupted(data)


@pytest.mark.parametrize("moves", range(MOVES))
def test_K21_killed_at_any_move_it_is_taken_back_whole(data: Path, moves: int) -> None:
    assert killed(lambda: swapped(data), moves)
    with pytest.raises(CannotStart, match="--undo"):
        swap.refuse_interrupted(data)
    swap.back(data)
    assert read(data) == OLD
    assert not swap.interrupted(data)
    assert swap.newest_aside(data) is None


@pytest.mark.parametrize("moves", range(MOVES))
def test_K21_taking_it_back_may_be_killed_too(data: Path, moves: int) -> None:
    assert killed(lambda: swapped(data), MOVES - 1)
    killed(lambda: swap.back(data), moves)
    if swap.interrupted(data):
        swap.back(data)
    assert read(data) == OLD


@pytest.mark.parametrize("moves", range(MOVES))
def test_K21_an_undo_that_is_killed_loses_neither_state(data: Path, moves: int) -> None:
    swapped(data)
    undoing = (data / "aside" / "2").rename(data / "aside" / f"2{swap.UNDOING}")
    assert killed(lambda: swap.swap(data, undoing, data / "aside" / "3"), moves)
    swap.back(data)
    assert read(data) == {**NEW, "up.lock": ""}
    assert swap.newest_aside(data) == data / "aside" / "2"
    assert (data / "aside" / "2" / "db.sqlite3").read_text() == "old"


def test_K24_it_keeps_the_last_two(data: Path) -> None:
    for name in ("3", "4", "5"):
        write(data / "aside" / name, OLD)
    swapped(data)
    swap.forget_older(data)
    assert sorted(path.name for path in (data / "aside").iterdir()) == ["4", "5"]
