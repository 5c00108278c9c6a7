"""What the app calls saved is never lost [P1]: the browser is killed right after the word "Saved", with no network."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.mortal import MortalPhone
from tests.e2e.people import Person
from tests.running import Up

DEATHS = 3


@pytest.fixture
def mortal(_playwright: Playwright, up: Up, tmp_path: Path) -> Iterator[MortalPhone]:
    phone = MortalPhone(_playwright, tmp_path / "profile", up.origin)
    yield phone
    if phone.process:
        phone.kill()


def _writes_down(grace: Person, minutes: int) -> None:
    grace.goes("/log/new")
    grace.mark("Neck")
    grace.fill("Lasted", str(minutes))
    grace.page.context.set_offline(True)
    grace.press("Save")
    grace.sees("Saved")


def test_P1_Y60_what_was_called_saved_outlives_the_browser(mortal: MortalPhone, person: Callable[..., Person]) -> None:
    grace = Person("Grace", mortal.start(), mortal.origin)
    grace.signs_up()
    mortal.quit()

    for minutes in range(5, 5 + DEATHS):
        grace.page = mortal.start()
        _writes_down(grace, minutes)
        mortal.kill()

    grace.page = mortal.start()
    grace.goes("/log")
    for minutes in range(5, 5 + DEATHS):
        expect(grace.page.get_by_text(f"{minutes} min").first).to_be_visible()
    # and it was sent in the meantime: another phone has it
    other = person("Grace")
    other.email = grace.email
    other.signs_in()
    other.goes("/log")
    for minutes in range(5, 5 + DEATHS):
        expect(other.page.get_by_text(f"{minutes} min").first).to_be_visible()
