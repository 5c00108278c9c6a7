"""The health questions as a person meets them: each row with its outcome, medicines by name, history, a sheet to take along."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect

from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these
from sessions_app.screening.rules import judge
from sessions_app.screening.sites import SITES
from sessions_app.screening.values import Answered, LightOn
from tests.e2e.another_phone import AnotherPhone
from tests.e2e.people import Person

VECTORS: Final = json.loads((Path(__file__).resolve().parents[1] / "vectors" / "screening.json").read_text(encoding="utf-8"))
HEADS: Final = {
    "block": "Not possible",
    "clinician": "Only with a clinician’s agreement",
    "caution": "With care",
    "info": "Good to know",
    "free": "Nothing in the way",
}


RED_AND_INFRARED: Final = (660, 850)
BLUE: Final = (450,)


def _rows(wavelengths_nm: tuple[int, ...]) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """Of every question and outcome that such light can have, one case: its answers, a place, the outcome."""
    seen: set[tuple[str, str]] = set()
    for case in VECTORS["cases"]:
        plain = set(case) <= {"row", "answers", "sites", "wavelengths_nm", "outcome", "lifts_at"} and case["outcome"] in HEADS
        such = max(case["wavelengths_nm"]) < 500 if wavelengths_nm == BLUE else min(case["wavelengths_nm"]) >= 600
        if not plain or not such or len(case["answers"]) != 1:
            continue
        (question,) = case["answers"]
        if (question, case["outcome"]) not in seen:
            seen.add((question, case["outcome"]))
            yield case["row"], case["answers"], case["sites"][0], case["outcome"]


ROWS: Final = list(_rows(RED_AND_INFRARED))
BLUE_ROWS: Final = list(_rows(BLUE))


def _shot(page: Page, shots: Path, name: str) -> None:
    for theme in ("light", "night"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.screenshot(path=shots / f"{name}-390-{theme}.png", full_page=True)


def _sentences(answers: dict[str, Any], site: str, wavelengths_nm: tuple[int, ...]) -> list[str]:
    """What the server's rules say of these answers, in such light."""
    now = datetime.now(UTC)
    answered = Answered(version=QUESTIONNAIRE.version, answers=nothing_of_these() | answers, answered_at=now)
    verdict = judge(answered, (), LightOn(sites=(site,), wavelengths_nm=wavelengths_nm), now, "Europe/Berlin")
    return [finding.sentence for finding in verdict.findings]


def test_every_row_has_its_outcome_on_the_screen(person: Callable[..., Person]) -> None:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    visitor.goes("/screening/outcome")
    other = AnotherPhone(visitor.page)
    _are_said(visitor.page, other, ROWS, RED_AND_INFRARED)
    other.writes("regimen", _course_of(*BLUE))
    _are_said(visitor.page, other, BLUE_ROWS, BLUE)
    assert {question for _, answers, _, _ in ROWS for question in answers} == {one.id for one in QUESTIONNAIRE.questions}
    assert len(ROWS) >= 25
    below_500_nm = {(question, outcome) for _, answers, _, outcome in BLUE_ROWS for question in answers}
    assert {("medicine_phototoxic", "clinician"), ("medicine_mild", "caution")} <= below_500_nm


def _are_said(
    page: Page, other: AnotherPhone, rows: list[tuple[str, dict[str, Any], str, str]], light_nm: tuple[int, ...]
) -> None:
    """One after another, on the screen; begins and ends with light on the face."""
    findings, chosen = page.locator("section[aria-live=polite]"), "face"
    for row, answers, site, outcome in rows:
        other.answers(answers)
        for one in {chosen, site} if chosen != site else set():
            page.get_by_role("checkbox", name=SITES[one].name, exact=True).set_checked(one == site)
        chosen = site
        expect(findings, row).to_contain_text(HEADS[outcome])
        for sentence in _sentences(answers, site, light_nm):
            expect(findings, row).to_contain_text(sentence)
        expect(findings.locator(".notice"), row).to_have_count(1)
    for one in {chosen, "face"}:
        page.get_by_role("checkbox", name=SITES[one].name, exact=True).set_checked(one == "face")
    other.answers({})
    expect(findings, "nothing of these").to_contain_text(HEADS["free"])
    expect(findings).to_contain_text(" and ".join(f"{nm} nm" for nm in light_nm))


def _course_of(*wavelengths_nm: int) -> dict[str, Any]:
    return {
        "aim": "blemishes", "sites": ["face"], "panel_id": None,
        "wavelengths": {str(nm): {"level_pct": 50, "fluence_j_cm2": None} for nm in wavelengths_nm},
        "days": [0], "local_time": "", "minutes": 5, "distance_cm": 20, "studied": None,
        "started_on": "2026-01-01", "ended_on": None,
    }  # fmt: skip


def test_answers_lead_to_plain_words_a_question_for_a_clinician_and_a_sheet(person: Callable[..., Person], shots: Path) -> None:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    page = visitor.page
    visitor.goes("/screening")
    visitor.mark("None of these")
    visitor.press("Continue")
    visitor.mark("Do you have lupus?")
    visitor.press("Continue")
    visitor.mark("Retinitis pigmentosa")
    visitor.press("Continue")
    visitor.fill("Find a medicine by its name", "Roaccut")
    visitor.sees("Roaccutane (isotretinoin)")
    _shot(page, shots, "screening-medicine")
    visitor.press("I take isotretinoin")
    expect(page.get_by_role("checkbox", name="A retinoid")).to_be_checked()
    visitor.fill("Find a medicine by its name", "paracetamol")
    visitor.sees("That does not mean that it is harmless")
    visitor.press("Continue")
    visitor.mark("Neither")
    visitor.press("See what it means")
    visitor.is_at("/screening/outcome")
    for words in ("Not possible", "Only with a clinician’s agreement", "With care", "Ask your clinician: may I use LED light"):
        visitor.sees(words)
    page.get_by_text("Your answers over time").click()
    visitor.sees("Changed: 3.")
    visitor.sees("Nothing of these.")
    _shot(page, shots, "screening-outcome")
    page.emulate_media(media="print")
    sheet = page.locator(".sheet")
    expect(sheet).to_be_visible()
    for words in (
        "Ask your clinician: may I use LED light of 660 nm and 850 nm on my face with lupus?",
        "A retinoid",
        "Basis: BMLA 2009",
    ):
        expect(sheet).to_contain_text(words)
    expect(page.get_by_role("button", name="Print it for a clinician")).to_be_hidden()
    assert page.pdf(path=shots / "screening-sheet.pdf", format="A4")[:5] == b"%PDF-"
