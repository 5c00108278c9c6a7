"""The words of the interface: no disease claims, nothing "recommended".

The screen counts as labelling (United States general-wellness guidance). Exempt by rule: the health questions, which must name
conditions, and the evidence, which tells what studies did and what sellers claim.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXEMPT = (
    "sessions_app/screening/",
    "sessions_app/regimens/studies.json",
    "sessions_app/regimens/mechanisms.json",
    "sessions_app/regimens/claims.json",
    "sessions_app/regimens/topics.json",
    "nirweb/evidence_table.py",
    "nirweb/pwa/src/features/screening/",
    "nirweb/pwa/src/screens/screening/",
    "nirweb/pwa/src/features/evidence/",
    "nirweb/pwa/src/screens/evidence/",
)
"""Questions and evidence. Sentences that quote them at run time are theirs too."""

BANNED = re.compile(
    r"""(?ix) \b (
    recommend\w* | prescri\w* |
    cur(e|es|ed|ing) | heal(s|ed|ing)? | treat(s|ed|ing|ment|ments)? | remed(y|ies) | diagnos(e|es|is|tic)\b |
    acne | rosacea | psoriasis | eczema | dermatitis | arthritis | cancer | tumou?r | alopecia | depression |
    neuropathy | diabet\w+ | herpes | melasma | infection | inflammat\w+ | (?<!open\s) wounds? |
    anti-?age?ing | rejuvenat\w+ | detox\w* | miracle | guaranteed | clinically | medical[\s-]grade | fda |
    no\s(adverse\s)?side\seffects | proven\sto | boosts?\scollagen
    ) \b"""
)


def words_of_json(path: Path) -> Iterator[str]:
    waiting: list[Any] = [json.loads(path.read_text(encoding="utf-8"))]
    while waiting:
        one = waiting.pop()
        match one:
            case str():
                yield one
            case dict():
                waiting += one.values()
            case list():
                waiting += one


def words_of_python(path: Path) -> Iterator[str]:
    """Every text in the code; docstrings are for engineers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def words_of_typescript(path: Path) -> Iterator[str]:
    """Everything but comments: what is between tags is no string literal."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from (re.sub(r"(?<!:)//.*", "", line) for line in text.splitlines())


def words_of_text(path: Path) -> Iterator[str]:
    yield from path.read_text(encoding="utf-8").splitlines()


READERS = {
    ".json": words_of_json,
    ".webmanifest": words_of_json,
    ".py": words_of_python,
    ".ts": words_of_typescript,
    ".tsx": words_of_typescript,
    ".html": words_of_text,
    ".txt": words_of_text,
    ".toml": words_of_text,
}


def files() -> Iterator[Path]:
    """Everything that may hold a word of the interface."""
    yield from (ROOT / "sessions_app").rglob("*.py")
    yield from (ROOT / "sessions_app").rglob("*.json")
    yield from (ROOT / "sessions_app" / "templates").rglob("*.*")
    for room in ("bootstrap", "home", "management", "service", "supervisor", "templates"):
        yield from (path for path in (ROOT / "nirweb" / room).rglob("*") if path.suffix in {".py", ".html", ".txt"})
    yield from (ROOT / "nirweb").glob("*.py")
    yield from (ROOT / "ble_bridge").rglob("*.py")
    yield from (ROOT / "ble_bridge" / "profiles").rglob("*.toml")
    yield from (ROOT / "nirweb" / "pwa" / "src").rglob("*.ts*")
    yield from (ROOT / "nirweb" / "pwa" / "public").glob("*.webmanifest")
    yield ROOT / "nirweb" / "pwa" / "index.html"


def is_interface(path: Path) -> bool:
    name = path.relative_to(ROOT).as_posix()
    if ".test." in name or "/migrations/" in name or name.endswith((".schema.json", ".d.ts")):
        return False
    return not name.startswith(EXEMPT)


def faults(texts: Iterable[str]) -> list[str]:
    return [f"{found.group(0)!r} in {text.strip()[:120]!r}" for text in texts for found in BANNED.finditer(text)]


def test_it_makes_no_disease_claim_and_recommends_nothing() -> None:
    read, wrong = 0, []
    for path in filter(is_interface, files()):
        texts = list(READERS[path.suffix](path))
        read += sum(len(text.split()) for text in texts)
        wrong += [f"{path.relative_to(ROOT)}: {fault}" for fault in faults(texts)]
    assert not wrong, "\n".join(wrong)
    assert read > 10_000, "nothing was looked at"


@pytest.mark.parametrize(
    "claim",
    [
        "Recommended dose",
        "heals scars",
        "It treats psoriasis.",
        "for your acne",
        "No side effects",
        "clinically proven",
        "wound care",
    ],
)
def test_it_finds_a_claim_where_there_is_one(claim: str) -> None:
    assert faults([claim])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("card.tsx", "export const A = () => <p>It heals scars.</p>; // a comment heals nothing"),
        ("words.ts", 'export const said = "Recommended for you";'),
        ("wording.py", '"""A docstring that recommends."""\nSAID = f"It treats {1}"\n'),
        ("aims.json", '{"aims": [{"says": "Good for your acne"}]}'),
        ("page.html", "<p>Clinically proven</p>"),
        ("mail.txt", "The recommended dose"),
        ("profile.toml", 'name = "The Healing Lamp"'),
        ("app.webmanifest", '{"description": "anti-ageing light"}'),
    ],
)
def test_it_finds_a_bad_word_in_every_kind_of_file(name: str, text: str, tmp_path: Path) -> None:
    planted = tmp_path / name
    planted.write_text(text, encoding="utf-8")
    assert len(faults(READERS[planted.suffix](planted))) == 1


def test_it_looks_into_every_kind_of_file_of_the_interface() -> None:
    read = {path.suffix for path in files() if is_interface(path)}
    assert read == READERS.keys()


@pytest.mark.parametrize(
    "words", ["Health questions", "studied at 9 J/cm²", "Never on an open wound without a clinician.", "secure"]
)
def test_it_leaves_honest_words_alone(words: str) -> None:
    assert faults([words]) == []


def test_it_exempts_only_what_is_there() -> None:
    """Rooms that are not built yet may be named; files must exist."""
    for exempt in EXEMPT:
        assert exempt.endswith("/") or (ROOT / exempt).exists(), exempt


def test_it_words_aims_without_disease_also_in_their_names() -> None:
    aims = json.loads((ROOT / "sessions_app" / "regimens" / "aims.json").read_text(encoding="utf-8"))
    assert aims["worded"] == "studied"
    for aim in aims["aims"]:
        assert faults([aim["name"], aim["short"], aim["says"], aim["near_infrared"], aim["not_shown"]]) == []


def test_it_words_the_cards_of_aims_and_limits_as_calmly() -> None:
    """The cards name claims and mechanisms by their ids; what they say themselves is held to the rule."""
    topics = json.loads((ROOT / "sessions_app" / "regimens" / "topics.json").read_text(encoding="utf-8"))["topics"]
    assert len(topics) > 5
    for topic in topics:
        assert faults([topic["title"], topic["says"]]) == [], topic["id"]
