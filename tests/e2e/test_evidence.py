"""What stands behind a number, an aim or a limit: opened by a tap where it is shown, and on one screen; without a network too."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import Person

CONTROLLED = """async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
}"""


def _card(page: Page, words: str, title: str) -> Locator:
    page.get_by_role("button", name=words).first.click()
    return page.get_by_role("region", name=f"Behind this: {title}")


def _shot(page: Page, shots: Path, name: str) -> None:
    for theme in ("light", "night"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.screenshot(path=shots / f"{name}-390-{theme}.png", full_page=True)


def test_a_tap_tells_what_a_study_did_and_what_sellers_claim_also_offline(person: Callable[..., Person], shots: Path) -> None:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    page = visitor.page
    page.evaluate(CONTROLLED)

    visitor.goes("/plan")
    visitor.choose("The look of fine lines, tone and firmness")
    card = _card(page, "What is this based on?", "The look of fine lines, tone and firmness")
    for words in ("113 treated in 4 groups, 23 controls", "Compared with a sham", "What it does not show", "Park 2025"):
        expect(card).to_contain_text(words)
    expect(card.get_by_role("list", name="What sellers say")).to_contain_text(
        "Near infrared beats red against ageing: contradicted"
    )
    expect(card.get_by_role("list", name="How it is said to work")).to_contain_text("More collagen: supported")
    assert card.get_by_role("link", name="Wunsch and Matuschka 2014").first.get_attribute("href")
    _shot(page, shots, "evidence-aim")

    page.context.set_offline(True)
    visitor.goes("/holds")
    expect(_card(page, "What is this based on?", "Rest after a reaction")).to_contain_text("at least 24 hours")
    visitor.goes("/session")
    limits = _card(page, "What the limits rest on", "The limits")
    expect(limits).to_contain_text("NIRWeb’s own cautious policy")
    expect(limits).to_contain_text("No adverse side effects: contradicted")
    _shot(page, shots, "evidence-session")
    visitor.goes("/evidence")
    expect(page.get_by_role("list", name="What sellers say").get_by_role("listitem")).to_have_count(8)
    expect(page.get_by_role("list", name="How it is said to work").get_by_role("listitem")).to_have_count(8)
    visitor.sees("Lymphatic drainage")
    _shot(page, shots, "evidence")
    page.context.set_offline(False)
