"""What phone and server must agree on is run by both: no file of vectors, and no part of one, by one side only."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = sorted((ROOT / "tests" / "vectors").glob("*.json"))
OF_ONE_SIDE: Final = {"panel_service": "spoken between bridge and panel: no phone ever does"}
MUST_BE_SHARED: Final = {"dose", "eyes", "ceilings", "screening", "irradiance", "decision", "holds", "build_up", "words"}


def _texts(folder: Path, pattern: str) -> list[str]:
    found = [path.read_text(encoding="utf-8") for path in folder.rglob(pattern) if path != Path(__file__)]
    assert len(found) > 20
    return found


SERVER: Final = _texts(ROOT / "tests", "test_*.py")
PHONE: Final = _texts(ROOT / "nirweb" / "pwa" / "src", "*.test.ts")


def _parts(path: Path) -> list[str]:
    """The lists of cases in a file; its other values only set them up."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return [name for name, value in content.items() if isinstance(value, list) and value and isinstance(value[0], dict | list)]


def _reads_here(text: str, name: str) -> bool:
    file = re.escape(name).replace(r"_1", r"_(1|\*)")  # old phones' logs are read as they come
    return bool(re.search(rf'vectors\("{name}"\)|{file}\.json', text))


def _reads_there(text: str, name: str) -> bool:
    return f"/tests/vectors/{name}.json" in text


def _uses(text: str, part: str) -> bool:
    return bool(re.search(rf'\["{part}"\]|\.{part}\b', text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_sides_run_every_part_of_it(path: Path) -> None:
    here = [text for text in SERVER if _reads_here(text, path.stem)]
    assert here, f"no test in Python reads {path.name}"
    for part in _parts(path):
        assert any(_uses(text, part) for text in here), f"no test in Python runs “{part}” of {path.name}"
    if path.stem in OF_ONE_SIDE:
        return
    there = [text for text in PHONE if _reads_there(text, path.stem)]
    assert there, f"no test in TypeScript reads {path.name}"
    for part in _parts(path):
        assert any(_uses(text, part) for text in there), f"no test in TypeScript runs “{part}” of {path.name}"


def test_it_looks_at_what_there_is() -> None:
    names = {path.stem for path in FILES}
    assert names >= MUST_BE_SHARED | set(OF_ONE_SIDE)
    assert sum(len(_parts(path)) for path in FILES) > 25
