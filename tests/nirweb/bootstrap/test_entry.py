"""`manage.py` on a bare Python: real environments, filled from a tiny lock and a folder of wheels instead of a package index."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from nirweb.bootstrap.entry import COMMANDS
from nirweb.bootstrap.machine import CannotSetUp, require_writable
from tests.patience import START_S

PROJECT = Path(__file__).resolve().parents[3]
BARE_PYTHON = sys._base_executable  # type: ignore[attr-defined]
DJANGO = "import sys\ndef execute_from_command_line(argv):\n    print('{version} ran', *argv[1:], 'in', sys.prefix)\n"


def wheel(folder: Path, version: str) -> str:
    """A stand-in for Django that tells where it runs; returns its line for a lock."""
    path = folder / f"django-{version}-py3-none-any.whl"
    info = f"django-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("django/__init__.py", "")
        archive.writestr("django/core/__init__.py", "")
        archive.writestr("django/core/management/__init__.py", DJANGO.format(version=version))
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: django\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return f"django=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Clone:
    """A copy of what set-up needs of the project, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        self.wheels = folder / "wheels"
        self.hidden = folder / "hidden"
        for path in (self.folder / "requirements", self.folder / "nirweb", self.wheels, self.hidden):
            path.mkdir(parents=True)
        shutil.copytree(PROJECT / "nirweb" / "bootstrap", self.folder / "nirweb" / "bootstrap")
        for name in ("manage.py", "pyproject.toml", "nirweb/__init__.py"):
            shutil.copy(PROJECT / name, self.folder / name)
        # any wheel will do for a builder: nothing here comes as source
        (self.folder / "requirements" / "builder.txt").write_text(wheel(self.wheels, "5.1"))
        self.lock("5.1")

    def lock(self, version: str) -> None:
        (self.folder / "requirements" / "product.txt").write_text(wheel(self.wheels, version))

    def run(self, *words: str, sitecustomize: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
        (self.hidden / "sitecustomize.py").write_text(sitecustomize)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV"))}
        offline = {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run(
            [BARE_PYTHON, "manage.py", *(words or ("hello",))],
            cwd=self.folder, env={**inherited, **offline, "PYTHONPATH": str(self.hidden), **environment},
            capture_output=True, text=True, check=False, timeout=START_S,
        )  # fmt: skip


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone(tmp_path_factory.mktemp("bootstrap"))


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line after those that tell what set-up is doing."""
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("  ")]
    return line


@pytest.mark.parametrize(
    ("disguise", "words"),
    [
        ("import sys; sys.version_info = (3, 10, 4)", "NIRWeb needs Python 3.11 or newer, this is 3.10"),
        ("import platform, sys; sys.platform = 'linux'; platform.machine = lambda: 'riscv64'", "this is linux riscv64"),
        ("import platform, sys; sys.platform = 'linux'; platform.libc_ver = lambda: ('', '')", "without glibc"),
        ("import sys; sys.modules['ensurepip'] = None", "has no venv module here"),
    ],
)
def test_it_tells_in_one_line_what_this_machine_lacks(clone: Clone, disguise: str, words: str) -> None:
    assert words in one_line(clone.run(sitecustomize=disguise))
    assert not (clone.folder / ".venv" / "bin").exists()


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("help",)])
def test_it_tells_what_there_is_before_anything_is_set_up(clone: Clone, words: tuple[str, ...]) -> None:
    done = clone.run(*words)
    assert (done.returncode, done.stderr) == (0, "")
    told = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")}
    assert told == set(COMMANDS)
    assert all(needs.does for needs in COMMANDS.values())
    assert not (clone.folder / ".venv").exists()


def test_it_makes_its_environment_and_runs_the_command_in_it(clone: Clone) -> None:
    done = clone.run()
    assert done.stdout == f"5.1 ran hello in {clone.folder / '.venv'}\n", done.stderr
    assert "Installing 1 packages" in done.stderr


def test_it_passes_a_question_about_one_command_on_to_it(clone: Clone) -> None:
    assert clone.run("help", "some-thing").stdout.startswith("5.1 ran some_thing --help in ")
    assert clone.run("--version").stdout.startswith("5.1 ran --version in ")


def test_it_adds_little_to_a_warm_start(clone: Clone) -> None:
    """No other program is run, and nothing is said."""
    done = clone.run(sitecustomize="import subprocess; subprocess.Popen = None")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_installs_again_when_the_lock_changed(clone: Clone) -> None:
    clone.lock("5.2")
    done = clone.run()
    assert done.stdout.startswith("5.2 ran"), done.stderr


def test_it_refuses_a_package_that_does_not_match_its_hash(clone: Clone) -> None:
    clone.lock("5.3")
    with zipfile.ZipFile(clone.wheels / "django-5.3-py3-none-any.whl", "a") as archive:
        archive.writestr("django/evil.py", "")
    assert "does not match its pinned hash" in one_line(clone.run())


def test_it_tells_in_one_line_that_there_is_no_network(clone: Clone) -> None:
    (clone.folder / "requirements" / "product.txt").write_text(f"elsewhere==1.0 --hash=sha256:{'0' * 64}\n")
    done = clone.run(PIP_NO_INDEX="0", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="1")
    assert "could not be reached" in one_line(done)


def test_it_mends_an_environment_whose_python_was_changed_under_it(clone: Clone) -> None:
    clone.lock("5.2")
    assert clone.run().returncode == 0
    for package in clone.folder.glob(".venv/lib/python3.*/site-packages/django"):
        shutil.rmtree(package)
    done = clone.run()
    assert done.stdout.startswith("5.2 ran"), done.stderr
    assert "Making the virtual environment" in done.stderr


def test_it_refuses_a_folder_that_cannot_be_written_to() -> None:
    unwritable = Path("/proc" if sys.platform == "linux" else "/System")
    with pytest.raises(CannotSetUp, match="Cannot write to"):
        require_writable(unwritable)
