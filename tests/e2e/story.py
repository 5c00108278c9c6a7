"""The phone of somebody who uses the product, and a server of their own that can be built anew and switched off for real."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import ConsoleMessage, Page, Playwright, expect

from tests.e2e.conftest import EXPECTED
from tests.e2e.mortal import MortalPhone
from tests.e2e.own_copy import OwnCopy
from tests.e2e.people import Person
from tests.patience import PATIENCE_S

TITLES: Final = {
    "/": r"Good (morning|afternoon|evening|night), Ada", "/screening": "Health questions", "/screening/outcome": "What it means",
    "/timer": "Timer", "/plan": "A course of light", "/session": "Session", "/log": "Log", "/log/new": "Write a session down",
    "/checkin": "Check-in", "/holds": "Places on hold", "/progress": "Progress", "/panels": "Panels",
    "/panels/add": "Add a panel", "/panels/unknown": "Not known yet", "/link": "Link a bridge", "/settings": "Settings",
    "/settings/reminders": "Reminders",
    "/settings/install": "On your home screen", "/nowhere/at.all": "Nothing is here", "/join": "Create an account",
    "/forgot": "A new password", "/reset/some-key": "A new password", "/moved": "Another address",
    "/arrive": "Entries from elsewhere", "/settings/phones": "Signed-in phones", "/settings/agreement": "Your agreement",
    "/settings/close": "Close your account",
    "/evidence": "What is known", "/profiles": "Your panel profiles", "/settings/household": "Household",
    "/switch": r"Who is here\?", "/invited": "An invitation", "/signin": "Sign in",
}  # fmt: skip
READY: Final = """async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
}"""


class Story:
    """The browser is started anew on its profile; the server is a copy of the project."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self.server = OwnCopy(folder)
        self.phone = MortalPhone(playwright, folder / "profile", self.server.origin)
        self.complaints: list[str] = []
        self.page: Page = self.opens()
        self.ada = Person("Ada", self.page, self.server.origin)

    def opens(self) -> Page:
        """The browser is started, as after a night."""
        page = self.phone.start()
        self.watches(page)
        return page

    def watches(self, page: Page) -> None:
        page.set_viewport_size({"width": 390, "height": 844})
        page.on("console", self._hears)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def _hears(self, message: ConsoleMessage) -> None:
        said = f"{message.text} ({message.location.get('url', '')})"
        if message.type in {"error", "warning"} and not EXPECTED.search(said):
            self.complaints.append(said)

    def starts_anew(self) -> None:
        self.phone.quit()
        self.page = self.ada.page = self.opens()

    def shows(self, path: str) -> None:
        self.ada.goes(path)
        expect(self.page.get_by_role("heading", level=1, name=re.compile(f"^{TITLES[path]}$"))).to_be_visible()
        expect(self.page.locator(".loading")).to_have_count(0)

    def course(self) -> str:
        """The address of one that today's screen shows."""
        self.shows("/")
        return str(self.page.locator('a[href^="/plan/0"]').first.get_attribute("href"))

    def shows_two_charts_with_tables(self) -> None:
        """Light a week, and the ratings."""
        figures = self.page.get_by_role("figure")
        expect(figures).to_have_count(2)
        for figure in figures.all():
            figure.scroll_into_view_if_needed()
            expect(figure.locator("canvas")).to_have_count(1)
            figure.get_by_text("As a table").click()
            expect(figure.get_by_role("row").nth(1)).to_be_visible()  # below the head

    def not_synced(self) -> int:
        """What the screen says."""
        shown = self.page.locator(".unsynced")
        expect(shown).to_be_visible()
        return int(shown.inner_text().split(":")[1])

    def logged(self, minutes: int) -> int:
        """How many sessions of that length are in the server's database."""
        with closing(sqlite3.connect(self.server.data / "db.sqlite3", timeout=PATIENCE_S)) as lite:
            asked = "SELECT count(*) FROM sessions_app_sessionlog WHERE duration_s = ?"
            return int(lite.execute(asked, [minutes * 60]).fetchone()[0])


@contextmanager
def told(playwright: Playwright, folder: Path) -> Iterator[Story]:
    """From a new account to a first course, the app kept by its service worker."""
    story = Story(playwright, folder)
    try:
        story.server.start()
        story.ada.signs_up()
        story.ada.answers_the_health_questions()
        story.ada.plans_a_course()
        story.page.evaluate(READY)
        yield story
    finally:
        if story.phone.process:
            story.phone.kill()
        story.server.stop()
