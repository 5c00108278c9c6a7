"""The locks fit pyproject.toml, carry hashes, and name no host."""

import shutil
from pathlib import Path

import pytest

from nirweb.bootstrap import locks

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "requirements", tmp_path / "requirements")
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_it_finds_nothing_wrong_with_the_locks_as_they_are() -> None:
    assert locks.problems(PROJECT) == []


def test_it_tells_when_a_dependency_was_added_without_compiling(copy: Path) -> None:
    text = (copy / "pyproject.toml").read_text()
    (copy / "pyproject.toml").write_text(text.replace('"django~=5.2.0"', '"django~=5.2.0",\n  "another~=1.0"'))
    assert len(locks.problems(copy)) == 3


def test_it_does_not_mind_a_change_of_lint_rules(copy: Path) -> None:
    text = (copy / "pyproject.toml").read_text()
    (copy / "pyproject.toml").write_text(text.replace("max-complexity = 8", "max-complexity = 7"))
    assert locks.problems(copy) == []


@pytest.mark.parametrize("line", ["--index-url https://packages.example/simple\n", "--find-links /tmp/wheels\n"])
def test_it_refuses_a_package_host_in_a_lock(copy: Path, line: str) -> None:
    path = copy / "requirements" / locks.PRODUCT
    path.write_text(path.read_text() + line)
    assert locks.problems(copy) == ["requirements/product.txt names a package host"]


def test_it_refuses_a_pin_without_a_hash(copy: Path) -> None:
    path = copy / "requirements" / locks.DEV
    path.write_text(path.read_text() + "loose==1.0\n")
    assert locks.problems(copy) == ["requirements/dev.txt: no hash for loose==1.0"]


def test_it_tells_when_the_two_locks_disagree(copy: Path) -> None:
    path = copy / "requirements" / locks.DEV
    path.write_text(path.read_text().replace("django==5.2", "django==5.1"))
    assert any("lacks pins of product.txt: django==5.2" in problem for problem in locks.problems(copy))
