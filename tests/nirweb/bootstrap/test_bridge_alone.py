"""The bridge installs by itself: the built wheel in an empty environment, with what `nirweb[bridge]` brings and nothing else."""

import importlib.metadata
import json
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from nirweb.bootstrap import locks
from tests.nirweb.bootstrap.test_build_hook import PROJECT, project
from tests.patience import PATIENCE_S, START_S

FEW = 16


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    hook = "import hatchling.build as b, sys; b.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", hook, str(folder)], cwd=project(folder / "project"), check=True)
    return next(folder.glob("*.whl"))


def brought(wheel: Path, extra: str) -> set[str]:
    """Everything that is installed with it, by what the wheel and its dependencies say of themselves."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = [one for one in packed.namelist() if one.endswith(".dist-info/METADATA")]
        said = importlib.metadata.PathDistribution(zipfile.Path(wheel, name.removesuffix("METADATA")))
        wanted = list(_asked(said.requires or [], extra))
    found: set[str] = set()
    while wanted:
        one = wanted.pop()
        if one.name not in found:
            found.add(one.name)
            for more in one.extras or {""}:
                wanted += _asked(importlib.metadata.distribution(one.name).requires or [], more)
    return {re.sub(r"[-_.]+", "-", one).lower() for one in found}


def _asked(lines: list[str], extra: str) -> Iterator[Requirement]:
    for one in map(Requirement, lines):
        if one.marker is None or one.marker.evaluate({"extra": extra}):
            yield one


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has this and no more. What is there already is linked: no test needs a network."""
    folder = tmp_path_factory.mktemp("alone") / "venv"
    venv.create(folder, with_pip=False)
    (site,) = (folder / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    for name in brought(wheel, "bridge"):
        there = Path(str(importlib.metadata.distribution(name).locate_file("")))
        for top in {file.parts[0] for file in importlib.metadata.files(name) or []} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(there / top)
    return folder / "bin" / "python"


def run(python: Path, *words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(
        [python, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=START_S, check=False
    )


def test_it_brings_few_packages_and_no_server(wheel: Path) -> None:
    found = brought(wheel, "bridge")
    assert len(found) <= FEW, found
    assert "bleak" in found
    assert not found & {"django", "celery", "redis", "uvicorn", "cryptography", "bumble"}
    assert "django" in brought(wheel, "server")


def test_its_lock_pins_what_it_brings_for_any_machine(wheel: Path) -> None:
    text = (PROJECT / "requirements" / locks.BRIDGE).read_text()
    pinned = {match["name"] for match in locks.PIN.finditer(text)}
    assert brought(wheel, "bridge") <= pinned
    assert "platform_machine" not in text


def test_each_command_works_by_itself(alone: Path, tmp_path: Path) -> None:
    assert run(alone, "-c", "import django", folder=tmp_path).returncode == 1
    helped = run(alone, "-m", "ble_bridge", "--help", folder=tmp_path)
    assert (helped.returncode, helped.stderr) == (0, "")
    for name in ("run", "doctor", "scan", "profile", "install-service"):
        assert name in helped.stdout
    looked = run(alone, "-m", "ble_bridge", "doctor", "--json", folder=tmp_path)
    assert looked.stderr == ""
    assert json.loads(looked.stdout)["homes"][0]["home"] == "this machine"
    scanned = run(alone, "-m", "ble_bridge", "scan", "--seconds", "1", folder=tmp_path)
    assert scanned.returncode in {0, 2}, "2: this machine has no Bluetooth"
    assert "Traceback" not in scanned.stderr
    assert run(alone, "-m", "ble_bridge", "profile", "check", "blockbluelight-1", folder=tmp_path).returncode == 0


def test_the_bridge_itself_comes_up_and_looks_for_its_server(alone: Path, tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text('server = "http://127.0.0.1:1"\nname = "Pi"\nradios = ["system"]\n')
    command = [str(alone), "-m", "ble_bridge", "run", "--home", str(tmp_path)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as bridge:
        assert bridge.stdout
        said = []
        for line in bridge.stdout:
            said.append(line)
            if "server not reached" in line:
                bridge.terminate()
        assert bridge.wait(PATIENCE_S) == 0, said
    assert "Traceback" not in "".join(said)
    assert (tmp_path / "journal.sqlite3").exists()
