"""The health questions, from `questions.json`: what is asked, and what each answer means by wavelength and body site."""

from typing import Literal

from pydantic import Field

from sessions_app.data import Entry, load
from sessions_app.screening.sites import SITES
from sessions_app.screening.values import Outcome

EVERYWHERE = "everywhere"
"""In the answer to a sites question that allows it: no one place, or not sure."""


class Step(Entry):
    id: str
    title: str
    none: str
    """Words of the choice that answers the whole step with no."""


class Source(Entry):
    name: str
    cite: str
    url: str


class Option(Entry):
    id: str
    words: str
    inside: str
    """The words within a sentence."""
    names: tuple[str, ...]
    """Medicines of this class, by international non-proprietary name, to be found by."""
    atc: tuple[str, ...]
    """WHO ATC groups of the class."""
    help: str


class When(Entry):
    """All that is given must hold."""

    sites: tuple[str, ...] | None = None
    where: Literal["at", "near"] | None = None
    """Of a sites question: the lit site is one of the answer, or one near it."""
    below_nm: int | None = None
    visible_pulse_below_hz: float | None = None


class Rule(Entry):
    when: When = When()
    outcome: Outcome
    sentence: str
    source: str
    asks: str
    """What to ask a clinician, or what to do."""


class Question(Entry):
    id: str
    step: str
    kind: Literal["yes_no", "options", "sites"]
    words: str
    help: str
    lasts: Literal["until_changed", "today"]
    """`today`: a yes holds until the end of that local day."""
    lapsed: str = ""
    """What is said after that day, until the question is answered again."""
    options: tuple[Option, ...] = ()
    everywhere: bool = False
    needs_guardian: bool = False
    rules: tuple[Rule, ...] = Field(min_length=1)
    """For each lit site and wavelength the first that fits counts; none: free."""

    @property
    def asks_clinician(self) -> bool:
        """Whether a clinician's agreement can lift anything that this question holds back."""
        return any(rule.outcome == "clinician" for rule in self.rules)


class Questionnaire(Entry):
    version: int
    accepts: tuple[int, ...]
    """Versions whose answers still count; leaving one out asks everybody again."""
    valid_days: int
    steps: tuple[Step, ...]
    sources: dict[str, Source]
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)


QUESTIONNAIRE = load("screening/questions.json", Questionnaire)


def fault_of(question: Question, answer: object) -> str:
    """Why this is no answer to the question, in words; empty when it is one."""
    if question.kind == "yes_no":
        return "" if isinstance(answer, bool) else "Answer yes or no."
    if not isinstance(answer, list) or not all(isinstance(one, str) for one in answer):
        return "Choose from the list, or none of it."
    allowed = {option.id for option in question.options} if question.kind == "options" else set(SITES)
    if question.everywhere:
        allowed.add(EVERYWHERE)
    strangers = [one for one in answer if one not in allowed]
    if strangers:
        return f"{strangers[0]!r} is not in the list."
    return "" if len(set(answer)) == len(answer) else "Each choice only once."


def nothing_of_these(questionnaire: Questionnaire = QUESTIONNAIRE) -> dict[str, bool | list[str]]:
    """The answers of a person to whom nothing applies."""
    return {question.id: False if question.kind == "yes_no" else [] for question in questionnaire.questions}
