"""The data files: strict, with schemas as the models say, and every number and claim with its source."""

from pathlib import Path
from typing import Any

import pytest

from sessions_app import schemas
from sessions_app.data import HERE, Entry, load, read
from sessions_app.regimens.evidence import AIMS, CLAIMS, MECHANISMS, OWN_NUMBERS, STUDIES, ranges_of
from sessions_app.screening.questionnaire import QUESTIONNAIRE
from sessions_app.screening.sites import SITES

EVIDENCE = Path("docs/evidence.md").read_text(encoding="utf-8")
VERDICTS = {
    "supported": "supported",
    "limited": "limited",
    "cells_only": "in cells only",
    "not_shown": "not shown",
    "contradicted": "contradicted",
}


@pytest.mark.parametrize("path", schemas.ALL)
def test_it_keeps_the_schema_beside_each_file(path: str) -> None:
    """After a change: `python -m sessions_app.schemas`."""
    kept = (HERE / schemas.schema_path(path)).read_text(encoding="utf-8")
    assert kept == schemas.text_of(schemas.ALL[path])


def test_it_has_a_schema_for_every_data_file() -> None:
    found = {str(path.relative_to(HERE)) for path in HERE.glob("*/*.json") if not path.name.endswith(".schema.json")}
    assert found == set(schemas.ALL)


@pytest.mark.parametrize(
    "text", ['{"version": 1, "version": 2}', '{"version": NaN}', '{"version": 1, "else": 2}', '{"version": "1"}', "[]", ""]
)
def test_it_refuses_a_file_that_is_not_strict(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class File(Entry):
        version: int

    monkeypatch.setattr("sessions_app.data.HERE", tmp_path)
    (tmp_path / "file.json").write_text(text)
    with pytest.raises(ValueError, match=r"file\.json"):
        load("file.json", File)


def test_it_knows_each_site_once_and_nearness_both_ways() -> None:
    listed = [site["id"] for site in read("screening/sites.json")["sites"]]
    assert len(listed) == len(set(listed)) == len(SITES)
    for site in SITES.values():
        for other in site.near:
            assert site.id in SITES[other].near, (site.id, other)


def test_it_puts_each_question_into_a_step_and_each_rule_beside_a_source() -> None:
    steps = {step.id for step in QUESTIONNAIRE.steps}
    assert {question.step for question in QUESTIONNAIRE.questions} == steps
    assert len({question.id for question in QUESTIONNAIRE.questions}) == len(QUESTIONNAIRE.questions)
    for question in QUESTIONNAIRE.questions:
        for rule in question.rules:
            assert rule.source in QUESTIONNAIRE.sources, question.id
            assert set(rule.when.sites or ()) <= set(SITES)
            if rule.outcome == "clinician":
                assert rule.asks.startswith("Ask your clinician"), question.id


def test_it_names_a_study_for_every_number_of_an_aim() -> None:
    numbers = 0
    for aim in AIMS.values():
        for one in ranges_of(aim):
            assert one.studies
            assert 0 < one.low <= one.high
            numbers += 1
        assert aim.studies, aim.id
    assert numbers == 5
    assert OWN_NUMBERS.studies


def test_it_has_dose_defaults_only_where_the_evidence_has_them() -> None:
    dosed = {aim.id for aim in AIMS.values() if aim.default and aim.default.fluence_j_cm2}
    assert dosed == {"fine_lines"}
    assert {aim.id for aim in AIMS.values() if aim.default} == {"fine_lines", "blemishes"}
    lines = AIMS["fine_lines"].default
    assert lines is not None
    assert lines.fluence_j_cm2 is not None
    assert (lines.fluence_j_cm2.low, lines.fluence_j_cm2.high) == (3.8, 9)
    assert "Not shown for light alone" in AIMS["cellulite_look"].says


def test_it_says_of_every_study_what_it_does_not_show() -> None:
    for study in STUDIES.values():
        assert study.outcome
        assert study.does_not_show
        assert study.name.split()[0] in EVIDENCE, study.id


def test_it_judges_every_claim_and_mechanism_as_the_documentation_does() -> None:
    rows: list[tuple[str, Any]] = [(one.name, one) for one in MECHANISMS.values()] + [(one.claim, one) for one in CLAIMS.values()]
    for name, one in rows:
        assert one.studies or one.source, one.id
        assert f"| {name} | {VERDICTS[one.verdict]} | {one.says} |" in EVIDENCE


def test_it_names_only_sections_of_the_documentation_that_are_there() -> None:
    sources = [one.source for one in MECHANISMS.values()] + [one.source for one in CLAIMS.values()]
    for source in sources:
        if source:
            page, section = source.split(", ")
            assert page == "docs/evidence.md"
            assert f"\n## {section}\n" in EVIDENCE
