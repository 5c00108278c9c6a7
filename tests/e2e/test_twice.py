"""What is said twice is one entry: a double tap, a second tab, an app that was killed before it forgot.

Light that is counted twice makes a false limit.
"""

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Person

TWICE: Final = "button => { button.click(); button.click() }"
TIMER: Final = "Object.entries(localStorage).find(([key]) => key.startsWith('nirweb.timer.'))"


@pytest.fixture
def ada(person: Callable[..., Person]) -> Person:
    """Nothing of what she says is sent, so that it can be counted."""
    ada = person("Ada")
    ada.signs_up()
    ada.plans_a_course()
    expect(ada.page.locator(".unsynced")).to_have_count(0)
    ada.page.context.route("**/api/sync", lambda route: route.abort())
    return ada


def _waits(page: Page, count: int) -> None:
    expect(page.locator(".unsynced")).to_have_text(f"Not synced: {count}")


def test_a_double_tap_saves_once(ada: Person) -> None:
    def taps_twice(words: str, now: int) -> None:
        ada.button(words).evaluate(TWICE)
        _waits(ada.page, now)

    ada.goes("/log/new")
    ada.mark("Knees")
    ada.fill("Lasted", "3")
    taps_twice("Save", 1)
    ada.goes("/checkin")
    ada.mark("Knees")
    ada.page.get_by_role("group", name="Swelling").get_by_role("radio", name="a little").check()
    taps_twice("Save the check-in", 2)
    ada.goes("/progress")
    ada.page.get_by_role("group", name="How does your skin look to you today?").get_by_role("radio", name="7").check()
    taps_twice("Save the rating", 3)
    ada.begins_a_course(site="Right leg")
    ada.fill("Distance", "20")
    ada.fill("Time", "1")
    ada.button("Set this course").dblclick(delay=90)  # the second tap falls on a link of the screen that comes
    _waits(ada.page, 4)
    ada.page.wait_for_timeout(300)
    expect(ada.page).to_have_url(re.compile(r"/$"))
    ada.goes("/screening")
    while not (last := ada.button("See what it means")).is_visible():
        ada.page.get_by_role("checkbox").last.check()
        ada.press("Continue")
    ada.page.get_by_role("checkbox").last.check()
    last.evaluate(TWICE)
    _waits(ada.page, 5)


def test_a_timer_in_two_tabs_is_one_entry(ada: Person) -> None:
    page = ada.page
    ada.answers_the_health_questions()
    ada.goes("/timer")
    ada.mark("Everyone in this light wears eyewear")
    ada.button("Start counting").dblclick()  # the second tap falls on a button that ends what the first began
    ada.sees("Counting")
    ada.press("It was never on")
    ada.press("Undo")
    ada.sees("Counting")
    other = page.context.new_page()
    other.goto("/timer")
    expect(other.get_by_text("Counting", exact=True)).to_be_visible()
    page.wait_for_timeout(1000)  # shorter is no session
    kept = page.evaluate(TIMER)
    ada.press("I switched it off")
    ada.sees("Written into the log")
    _waits(page, 2)  # with the answers
    expect(other.get_by_role("button", name="Start counting")).to_be_visible()
    other.close()

    page.evaluate("([key, value]) => localStorage.setItem(key, value)", kept)  # as if it was killed in between
    ada.goes("/timer")
    ada.press("I switched it off")
    ada.sees("Written into the log")
    _waits(page, 2)  # with the answers
