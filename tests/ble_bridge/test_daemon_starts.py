"""What stands in the way of starting is one clear line and an exit status of its own."""

import asyncio
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

from ble_bridge import SOFTWARE
from tests.ble_bridge.air import ROOT, Air
from tests.ble_bridge.scripted import Bridge, ScriptedServer
from tests.patience import PATIENCE_S, START_S

HOME = 'server = "http://127.0.0.1:9"\nname = "B"\nradios = []\n'


def home(folder: Path, text: str = HOME) -> Path:
    folder.mkdir(exist_ok=True)
    folder.joinpath("bridge.toml").write_text(text)
    return folder


def attempt(*folders: Path) -> tuple[int, str]:
    """Exit status and what was said on stderr."""
    homes = [argument for folder in folders for argument in ("--home", str(folder))]
    done = subprocess.run(
        [sys.executable, "-m", "ble_bridge", "run", *homes],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_home_that_is_wrong_is_told_in_one_line(tmp_path: Path) -> None:
    status, said = attempt(home(tmp_path, HOME.replace("http", "gopher")))
    assert status == 2
    assert said.count("\n") == 1
    assert "`server`" in said


def test_a_home_that_is_missing_is_told_in_one_line(tmp_path: Path) -> None:
    status, said = attempt(tmp_path / "nowhere")
    assert (status, said.count("\n")) == (2, 1)


def test_B32_a_second_bridge_on_the_same_home_ends_with_a_clear_line(tmp_path: Path) -> None:
    folder = home(tmp_path)
    command = [sys.executable, "-m", "ble_bridge", "run", "--home", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as first:
        assert first.stdout
        assert b"bridge up" in first.stdout.readline()
        status, said = attempt(folder)
        first.terminate()
    assert first.returncode == 0
    assert status == 3
    assert said.startswith("bridge: Another bridge runs with")
    assert said.count("\n") == 1


def test_a_journal_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    home(tmp_path).joinpath("journal.sqlite3").write_bytes(b"this is no database, and long enough to be looked at" * 100)
    status, said = attempt(tmp_path)
    assert status == 4
    assert said.count("\n") == 1
    assert "Move it away" in said


def test_a_journal_of_a_newer_bridge_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(home(tmp_path) / "journal.sqlite3") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    status, said = attempt(tmp_path)
    assert (status, "newer bridge" in said) == (4, True)


def test_it_ends_on_sigterm_without_a_server(tmp_path: Path) -> None:
    folder = home(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "ble_bridge", "run", "--home", str(folder)], cwd=ROOT, stdout=subprocess.PIPE
    ) as it:
        assert it.stdout
        it.stdout.readline()
        it.terminate()
        assert it.wait(PATIENCE_S) == 0


async def test_one_process_carries_several_homes(tmp_path: Path, air: Air) -> None:
    async with ScriptedServer().running() as first, ScriptedServer().running() as second:
        homes = [Bridge(tmp_path / "one", first, air, "home"), Bridge(tmp_path / "two", second, air, "demo")]
        for bridge in homes:
            bridge.write_home()
        arguments = [a for bridge in homes for a in ("--home", str(bridge.folder))]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ble_bridge", "run", *arguments, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            for server in (first, second):
                await server.until(lambda at=server: at.hellos)  # type: ignore[misc]
                assert server.hellos[0].radios == ["virtual"]
            assert first.hellos[0].epoch != second.hellos[0].epoch
        finally:
            process.terminate()
            assert await process.wait() == 0


def test_the_software_is_named_by_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"nirweb-bridge {project['version']}" == SOFTWARE


def test_nothing_heavy_is_imported_without_a_virtual_radio() -> None:
    """Memory: bumble alone weighs 20 MB, and only the virtual radio needs it. The bridge never needs Django."""
    program = "import sys, ble_bridge.daemon; print([m for m in ('bumble', 'django', 'httpx', 'ninja') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=True)
    assert done.stdout.strip() == "[]"
