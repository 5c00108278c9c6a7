"""Every screen, empty and full: axe finds nothing, nothing is cut off at the side, and there is a picture to look at."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from nirweb.bootstrap.phone_app import PhoneApp
from tests.e2e.conftest import Phone
from tests.e2e.people import Person
from tests.e2e.story import TITLES

PROJECT: Final = Path(__file__).resolve().parents[2]
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES: Final = ("light", "dark", "night")
WIDTHS: Final = (320, 390, 1280)
OPEN: Final = ("/", "/join", "/signin", "/forgot", "/reset/nonsense", "/invited", "/nowhere")
INSIDE: Final = (
    "/", "/screening", "/screening/outcome", "/timer", "/plan", "/session", "/log", "/log/new", "/checkin", "/holds", "/progress",
    "/panels", "/panels/add", "/panels/unknown", "/profiles", "/link", "/settings", "/settings/reminders", "/settings/install",
    "/settings/agreement", "/settings/close", "/settings/phones", "/settings/household", "/switch", "/invited", "/evidence",
    "/moved", "/arrive", "/nowhere",
)  # fmt: skip
CUT_OFF: Final = """async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);  // laid out for a new width
    const width = document.documentElement.clientWidth;
    const names = [...document.querySelectorAll("#app *")].filter((one) => {
        if (one.closest(".unseen, svg, .lamp, .skip") || !one.checkVisibility()) return false;
        const { left, right } = one.getBoundingClientRect();
        return right > left && (left < -1 || right > width + 1);
    }).map((one) => `${one.tagName}.${one.className} to ${Math.round(one.getBoundingClientRect().right)}`);
    if (document.documentElement.scrollWidth > width) names.unshift("the page");
    return names.slice(0, 3);
}"""
"""The page clips at its sides what is too wide, so that it never scrolls: each part is asked."""
WITH_ID: Final = {"/reminder/:regimen/:day", "/plan/:id", "/log/:id", "/panels/:id", "/bridges/:id", "/reset/:key"}


@pytest.fixture(scope="module")
def axe() -> str:
    """The accessibility checker, from the packages that only checks need."""
    app = PhoneApp(PROJECT)
    app.fetch_packages(development=True)
    return (app.folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def _look(page: Page, path: str, shots: Path, kind: str, axe: str) -> list[str]:
    """What is wrong with this screen, in each theme and at each width."""
    page.goto(path)
    expect(page.locator(".loading")).to_have_count(0)
    wrong: list[str] = []
    for theme in THEMES:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.wait_for_timeout(200)  # until the colours have faded over
        wrong += [f"{path} {theme}: {one}" for one in _complaints(page, axe)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                wrong.append(f"{path} {theme}: {wide} px wide at {width}")
            if width != WIDTHS[0] and theme != "dark":
                name = f"{kind}{path.replace('/', '-').rstrip('-')}-{width}-{theme}.png"
                page.screenshot(path=shots / name, full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
    return wrong


def _look_closely(page: Page, path: str, shots: Path, kind: str, axe: str) -> list[str]:
    """Each part of it, with letters of twice the size too."""
    wrong = _look(page, path, shots, kind, axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        wrong += [f"{path}, cut off at {width}: {one}" for one in page.evaluate(CUT_OFF)]
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return wrong + [f"{path} with large letters, cut off: {one}" for one in page.evaluate(CUT_OFF)]


def _complaints(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = json.loads(
        page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(JSON.stringify)", RULES)
    )
    assert found["passes"], "axe looked at nothing"
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found["violations"] for node in rule["nodes"]]


def test_it_knows_every_screen() -> None:
    """A new route without a look at it fails here."""
    source = "".join(
        (PROJECT / "nirweb/pwa/src/screens" / name).read_text(encoding="utf-8") for name in ("routes.ts", "inside-routes.ts")
    )
    paths = set(re.findall(r'path: "([^"]+)"', source))
    assert paths - WITH_ID <= {*OPEN, *INSIDE}
    assert paths - WITH_ID <= set(TITLES), "opened with no network, and by keyboard"
    assert paths >= WITH_ID


def test_screens_of_nobody(phone: Callable[..., Phone], shots: Path, axe: str) -> None:
    page = phone().page
    assert [wrong for path in OPEN for wrong in _look_closely(page, path, shots, "nobody", axe)] == []


@pytest.mark.timeout(600)
def test_screens_of_an_empty_app(person: Callable[..., Person], shots: Path, axe: str) -> None:
    ada = person("Ada")
    ada.signs_up()
    assert [wrong for path in INSIDE for wrong in _look_closely(ada.page, path, shots, "empty", axe)] == []
    ada.page.emulate_media(forced_colors="active")
    ada.goes("/checkin")
    ada.choose("9")
    ada.page.screenshot(path=shots / "forced-colours-checkin-390.png", full_page=True)
    ground = "one => getComputedStyle(one.closest('.pick')).backgroundColor"
    chosen, other = (ada.page.get_by_role("radio", name=name, exact=True).evaluate(ground) for name in "98")
    assert chosen != other, "what is chosen is not seen"


@pytest.mark.timeout(600)
def test_screens_of_the_demo_with_something_on_them(person: Callable[..., Person], shots: Path, axe: str) -> None:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    visitor.plans_a_course()
    visitor.writes_a_session_down()
    visitor.checks_in_with_swelling()
    found = [
        _first_link(visitor.page, screen, f'a[href^="{start}"]:not([href$="/new"]):not([href$="/add"])')
        for screen, start in (("/", "/plan/"), ("/log", "/log/"), ("/panels", "/panels/"))
    ]
    assert [wrong for path in (*INSIDE, *found) for wrong in _look(visitor.page, path, shots, "full", axe)] == []


def _first_link(page: Page, screen: str, selector: str) -> str:
    page.goto(screen)
    return str(page.locator(selector).first.get_attribute("href"))
