"""What comes late (an exchange, who this is, the network) takes nothing of what is entered, and moves nothing under a finger."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, Page, Route, expect

from tests.e2e.people import Person

OUT_OF_REACH = "The server is out of reach. Panels"
SIGNED_OUT = "You are signed out on the server."


PROBLEM = '{"type": "about:blank", "title": "Who?", "status": 401, "code": "signed_out", "detail": "Sign in."}'


class Held:
    """Answers of the server that are on their way for as long as the test says so."""

    def __init__(self, page: Page, path: str) -> None:
        self._kept: list[Route] = []
        self._answer: Callable[[Route], None] = self._kept.append
        page.route(path, self._take)

    def _take(self, route: Route) -> None:
        self._answer(route)

    def come(self, answer: Callable[[Route], None] = Route.continue_) -> None:
        self._answer = answer
        for route in self._kept:
            answer(route)


def _nobody(route: Route) -> None:
    route.fulfill(status=401, content_type="application/problem+json", body=PROBLEM)


def _places(*things: Locator) -> list[FloatRect | None]:
    return [thing.bounding_box() for thing in things]


def _as_in_safari(page: Page) -> None:
    """Where the browser itself does not hold in place what was scrolled to."""
    page.evaluate("document.documentElement.style.overflowAnchor = 'none'")


def _presses_down(page: Page, thing: Locator) -> None:
    thing.scroll_into_view_if_needed()
    box = thing.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 3)
    page.mouse.down()


@pytest.fixture
def visitor(person: Callable[..., Person]) -> Person:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Run it once")  # the first exchange is over
    return visitor


def test_a_tick_is_kept_when_an_exchange_ends_under_the_finger(visitor: Person) -> None:
    page = visitor.page
    exchange = Held(page, "**/api/sync")
    visitor.goes("/settings")
    visitor.choose("Light")  # written for their next phone
    visitor.follow("Places on hold")
    visitor.follow("Check in")
    arm, blister = page.get_by_role("checkbox", name="Right arm"), page.get_by_role("checkbox", name="A blister")
    expect(page.locator(".unsynced")).to_have_count(1)
    _as_in_safari(page)
    _presses_down(page, arm)
    exchange.come()
    expect(page.locator(".unsynced")).to_have_count(0)
    page.mouse.up()
    expect(arm).to_be_checked()
    expect(blister).not_to_be_checked()


def test_nothing_moves_when_banners_come_and_go(visitor: Person, shots: Path) -> None:
    page = visitor.page
    who = Held(page, "**/api/me")
    page.goto("/session")
    _as_in_safari(page)
    visitor.press("Change")
    arm = page.get_by_role("checkbox", name="Right arm")
    things = [page.get_by_role("heading", name="Session"), arm, page.get_by_label("Distance", exact=True)]
    arm.check()
    visitor.fill("Distance", "2")
    before = _places(*things)
    who.come(_nobody)
    visitor.sees(SIGNED_OUT)
    assert _places(*things) == before
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    visitor.sees(OUT_OF_REACH)
    assert _places(*things) == before
    page.screenshot(path=shots / "banners-late-390.png")
    expect(arm).to_be_checked()
    expect(page.get_by_label("Distance", exact=True)).to_have_value("2")
    page.get_by_role("button", name="Hide this").first.click()
    expect(page.get_by_text(SIGNED_OUT)).to_have_count(0)
    page.get_by_role("button", name="Back", exact=True).click()
    visitor.sees(SIGNED_OUT)
    visitor.sees(OUT_OF_REACH)
    expect(page.get_by_role("button", name="Hide this")).to_have_count(0)
    page.screenshot(path=shots / "banners-stand-390.png")
    things = [page.get_by_role("heading", level=1), page.get_by_role("link", name="Start the session")]
    before = _places(*things)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    expect(page.get_by_text(OUT_OF_REACH)).to_be_hidden()
    assert _places(*things) == before
