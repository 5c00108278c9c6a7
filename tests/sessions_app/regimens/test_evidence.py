"""Every number and claim that is said has its source: it stands in a study that is named beside it, or in the named section."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from sessions_app.regimens.evidence import AIMS, CLAIMS, MECHANISMS, OWN_NUMBERS, STUDIES, TOPICS

PROJECT = Path(__file__).resolve().parents[3]
EVIDENCE = (PROJECT / "docs" / "evidence.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
MEASURED = re.compile(r"(\d+(?:\.\d+)?)(?:\s?(?:-|to|and|or)\s?(\d+(?:\.\d+)?))?\s?(J/cm²|mW/cm²|nm\b)")


def section(source: str) -> str:
    if not source:
        return ""
    head = source.split(", ", 1)[1]
    return EVIDENCE.partition(f"\n## {head}\n")[2].partition("\n## ")[0]


def told_by(studies: tuple[str, ...]) -> str:
    """All that is kept of these studies."""
    kept = [json.dumps(STUDIES[study].model_dump(), ensure_ascii=False) for study in studies]
    kept += [f" {dose} J/cm²" for study in studies for dose in STUDIES[study].dose_j_cm2 or ()]
    return " ".join(kept)


def sayings() -> Iterator[tuple[str, str, str]]:
    """Where it stands, what is said, what it must come from."""
    for aim in AIMS.values():
        for words in (aim.says, aim.near_infrared, aim.not_shown, aim.care):
            yield aim.id, words, told_by(aim.studies)
    yield "own_numbers", OWN_NUMBERS.says, told_by(OWN_NUMBERS.studies)
    for one in CLAIMS.values():
        yield one.id, f"{one.claim}. {one.says}", told_by(one.studies) + section(one.source)
    for each in MECHANISMS.values():
        yield each.id, each.says, told_by(each.studies) + section(each.source)
    for topic in TOPICS.values():
        yield topic.id, topic.says, told_by(topic.studies) + section(topic.source)


def unsourced(words: str, sources: str) -> set[str]:
    """Numbers that the sources do not have; of doses, strengths and wavelengths those that they do not have as such."""
    bare = set(NUMBER.findall(words)) - set(NUMBER.findall(sources))
    return bare | {f"{number:g} {unit}" for number, unit in measured(words) - measured(sources)}


def measured(words: str) -> set[tuple[float, str]]:
    found = MEASURED.findall(words)
    return {(float(number), unit) for low, high, unit in found for number in (low, high) if number}


@pytest.mark.parametrize(("where", "words", "sources"), list(sayings()))
def test_it_says_no_number_that_its_sources_do_not(where: str, words: str, sources: str) -> None:
    # a range across studies is said as its ends; each of them has to stand in one of the studies
    assert unsourced(words, sources) == set(), where


def test_it_looked_at_numbers_and_would_find_one_of_its_own() -> None:
    assert len(list(chain.from_iterable(NUMBER.findall(words) for _, words, _ in sayings()))) > 40
    assert unsourced("Studied at 12 J/cm².", told_by(("mota_2023",))) == {"12", "12 J/cm²"}
    assert unsourced("Studied at 3.8 to 12 J/cm².", told_by(("mota_2023", "park_2025"))) == {"12 J/cm²"}, "12 are its weeks"


def test_it_puts_every_claim_and_mechanism_beside_something_that_is_shown() -> None:
    """The one about clearance belongs to no number here; it stands on the screen of all claims."""
    shown = set(chain.from_iterable(topic.claims for topic in TOPICS.values()))
    assert CLAIMS.keys() - shown == {"fda_cleared"}
    assert set(chain.from_iterable(topic.mechanisms for topic in TOPICS.values())) == MECHANISMS.keys()


def test_it_has_a_card_for_every_aim_with_all_its_studies() -> None:
    for aim in AIMS.values():
        topic = TOPICS[f"aim_{aim.id}"]
        assert topic.title == aim.name
        assert set(topic.studies) == set(aim.studies)


SCREENS = PROJECT / "nirweb" / "pwa" / "src" / "screens"
CARD = re.compile(r"""<Basis[^>]*\bof=(?:"(\w+)"|\{`aim_\$\{aim\.id\}`\}|\{topic\})""")
BESIDE = {
    "plan/aim-step.tsx": {"aim"},
    "plan/when-step.tsx": {"aim"},
    "plan/light-step.tsx": {"dose", "limits"},
    "session/setup.tsx": {"eyes", "limits", "dose"},
    "session/reasons.tsx": {"limits", "eyes", "holds", "dose"},
    "progress/progress.tsx": {"aim", "judging", "dose"},
    "holds/holds.tsx": {"holds"},
}
"""Where a number, an aim or a limit is shown, and which cards stand beside it."""


def cards_in(screen: str) -> set[str]:
    source = (SCREENS / screen).read_text(encoding="utf-8")
    found = {name or "aim" for name in CARD.findall(source)}
    if "of={topic}" in source:  # by the reason's code
        found = set(re.findall(r"^  \w+: \"(\w+)\",$", source.partition("const behind")[2].partition("};")[0], re.MULTILINE))
    return found


@pytest.mark.parametrize("screen", BESIDE)
def test_it_puts_a_card_beside_what_a_screen_shows(screen: str) -> None:
    assert cards_in(screen) == BESIDE[screen]
    assert cards_in(screen) - {"aim"} <= TOPICS.keys()


def test_it_knows_every_screen_with_a_card() -> None:
    found = {path.relative_to(SCREENS).as_posix() for path in SCREENS.rglob("*.tsx") if "<Basis" in path.read_text("utf-8")}
    assert found == BESIDE.keys()
    assert set(chain.from_iterable(BESIDE.values())) - {"aim"} == {one for one in TOPICS if not one.startswith("aim_")}


def test_it_names_only_reasons_that_there_are_beside_a_card() -> None:
    source = (SCREENS / "session" / "reasons.tsx").read_text(encoding="utf-8")
    codes = set(re.findall(r"^  (\w+): \"\w+\",$", source.partition("const behind")[2].partition("};")[0], re.MULTILINE))
    reasons = json.loads((PROJECT / "sessions_app" / "therapy" / "reasons.json").read_text(encoding="utf-8"))["reasons"]
    assert codes <= reasons.keys()
    policy = {code for code, one in reasons.items() if re.search(r"J/cm²|\bhours\b|\bmin\b", one["limit"])}
    assert len(policy) > 5
    assert policy <= codes, "a limit with a number has no card"


# A number with a unit that stands in the code of a screen, not in a data file.
UNIT = r"(?:J/cm²|mW/cm²|nm\b|cm\b|min\b|minutes\b|hours?\b|days?\b|weeks?\b|sessions?\b|%)"
SAID = re.compile(rf"(?<![\w{{$.])(\d+(?:\.\d+)?)(?:\s(?:to|and)\s(\d+(?:\.\d+)?))?\s?{UNIT}")


def numbers_in_code() -> Iterator[tuple[str, str]]:
    for path in sorted((SCREENS.parent).rglob("*.ts*")):
        name = path.relative_to(SCREENS.parent).as_posix()
        if ".test." in name or name.endswith(".d.ts") or "/testing/" in name or name.startswith(("sync/", "store/", "sw/")):
            continue
        text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for found in SAID.finditer(text):
            for number in filter(None, found.groups()):
                yield name, f"{number}|{found.group(0)}"


OWN_CHOICE = {
    "domain/dose.ts": {"100"},
    "features/panels/light.ts": {"0.5", "300", "0.01", "1000"},
    "features/plan/build-up.ts": {"2", "4", "6"},
    "features/plan/draft.ts": {"0.5", "300"},
    "features/session/whynot.ts": {"0", "0.1", "0.5", "1", "300"},
    "screens/reminders/reminder.tsx": {"10"},
    "screens/session/plan-plate.tsx": {"0.5", "300"},
}
"""What a field takes, how long a snooze is, how a build-up goes (said to be one's own choice): no evidence."""
SECTIONS = ("Words", "Ceilings", "Holds", "Who should not, or only with a clinician", "Eyes")


def test_it_has_the_source_of_every_number_that_stands_in_code() -> None:
    told = {number for name in SECTIONS for number in NUMBER.findall(section(f"docs/evidence.md, {name}"))}
    wrong, seen = [], 0
    for name, found in numbers_in_code():
        number, words = found.split("|", 1)
        seen += 1
        if number not in told and number not in OWN_CHOICE.get(name, ()):
            wrong.append(f"{name}: {words}")
    assert wrong == []
    assert seen > 15
    assert [found.groups() for found in SAID.finditer("<p>Studied at 12 to 14 J/cm²</p>")] == [("12", "14")]
