"""The numbers in test names are those of the rules in `docs/`, and no rule of the panel's wire is without a test."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = {"S": "panel-service.md", "B": "bridge.md", "F": "profiles.md", "G": "running-a-bridge.md", "Z": "bluez.md"}
RULES: Final = {letter: ROOT / "docs" / page for letter, page in PAGES.items()}
PROVEN_ELSEWHERE: Final = {
    "S54",  # a duty of the client, proven as B28
}  # fmt: skip


def stated(letter: str) -> set[str]:
    return set(re.findall(rf"^- \*\*({letter}\d+)\*\*", RULES[letter].read_text(encoding="utf-8"), re.MULTILINE))


def numbered(letter: str) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "ble_bridge").rglob("test_*.py"))
    return {number for text in texts for number in re.findall(rf"def test_({letter}\d+)_", text)}


@pytest.mark.parametrize("letter", RULES)
def test_a_number_in_a_tests_name_is_that_of_a_rule(letter: str) -> None:
    assert stated(letter)
    assert numbered(letter) <= stated(letter)


def test_every_rule_of_the_panels_wire_has_a_test() -> None:
    assert stated("S") - numbered("S") == PROVEN_ELSEWHERE


def test_every_rule_of_bluez_has_a_test() -> None:
    assert stated("Z") == numbered("Z")


def test_every_rule_of_a_bridge_by_itself_has_a_test() -> None:
    """One test may show several: their numbers stand one behind the other."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    names = [name for text in texts for name in re.findall(r"def test_((?:G\d+_)+)", text)]
    assert {number for name in names for number in name.rstrip("_").split("_")} == stated("G")
