"""Medicines are found by name, each name once, each with its source; every one that a question names is there."""

from collections import Counter

from sessions_app.screening.medicines import MEDICINES, SOURCES
from sessions_app.screening.questionnaire import QUESTIONNAIRE

FACTS = {
    "medicine_photodynamic": ("aminolevulinic acid", "methyl aminolevulinate", "verteporfin", "porfimer"),
    "medicine_phototoxic": ("amiodarone", "minocycline", "doxycycline", "isotretinoin", "St John's wort"),
    "medicine_mild": ("ibuprofen", "cetirizine"),
}
BY_NAME = {one.name: one for one in MEDICINES}


def test_it_marks_each_medicine_of_the_rows_as_its_row_says() -> None:
    for question, names in FACTS.items():
        for name in names:
            assert [mark.question for mark in BY_NAME[name].marks] == [question], name


def test_it_finds_every_medicine_that_a_question_names_under_the_same_answer() -> None:
    found = 0
    for question in QUESTIONNAIRE.questions:
        for option in question.options:
            for name in option.names:
                known = [one for one in MEDICINES if name in (one.name, *one.also)]
                assert known, name
                assert (question.id, option.id) in {(mark.question, mark.option) for mark in known[0].marks}, name
                found += 1
    assert found > 25


def test_it_has_each_name_once_and_uses_every_source() -> None:
    names = Counter(name.lower() for one in MEDICINES for name in (one.name, *one.also, *(brand.name for brand in one.brands)))
    assert [name for name, times in names.items() if times > 1] == []
    used = {one.source for one in MEDICINES} | {brand.source for one in MEDICINES for brand in one.brands}
    assert used == SOURCES.keys()


def test_it_takes_the_graver_answer_too_where_a_medicine_is_of_two_classes() -> None:
    assert {mark.question for mark in BY_NAME["promethazine"].marks} == {"medicine_phototoxic", "medicine_mild"}
