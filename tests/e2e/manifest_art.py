"""`python -m tests.e2e.manifest_art`: takes the manifest's screenshots from the running app and draws its shortcuts' icons."""

import re
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import ARGUMENTS
from tests.e2e.people import Person
from tests.e2e.year import write_a_year
from tests.patience import PATIENCE_MS
from tests.runner import chromium
from tests.running import PROJECT, running

PUBLIC: Final = PROJECT / "nirweb" / "pwa" / "public"
SHORTCUTS: Final = {"start": "today", "log": "log"}
"""File of the shortcut, name of the drawing in `design/icon.tsx`."""


def _shot(page: Page, name: str) -> None:
    expect(page.locator(".loading, .unsynced")).to_have_count(0)
    page.screenshot(path=PUBLIC / "screens" / f"{name}.jpg", type="jpeg", quality=82)


def _screens(browser: Browser, origin: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 780}, device_scale_factor=2, base_url=origin, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    ada = Person("Ada", context.new_page())
    ada.signs_up()
    ada.answers_the_health_questions()
    write_a_year(context.request, origin)
    page = ada.page
    page.goto("/")
    ada.press("Not now")
    page.evaluate("scrollTo(0, 0)")
    _shot(page, "today")
    page.goto("/progress")
    expect(page.get_by_role("heading", name="Light")).to_be_visible()
    _shot(page, "progress")
    page.evaluate("localStorage.setItem('nirweb.theme', 'night')")
    page.goto("/timer")
    ada.mark("Face")
    ada.fill("Time", "10")
    ada.mark("Everyone in this light wears eyewear")
    ada.press("Start counting")
    _shot(page, "timer")
    page.wait_for_timeout(1000)  # sooner it would be taken for a double tap
    ada.press("It was never on")
    wide = browser.new_context(
        viewport={"width": 1280, "height": 800}, base_url=origin, locale="en-GB", storage_state=context.storage_state()
    )
    page = wide.new_page()
    page.goto("/")
    page.evaluate("localStorage.removeItem('nirweb.theme')")
    page.goto("/progress")
    expect(page.get_by_role("heading", name="Light")).to_be_visible()
    _shot(page, "wide")


def _shortcuts(browser: Browser) -> None:
    drawings = (PROJECT / "nirweb/pwa/src/design/icon.tsx").read_text(encoding="utf-8")
    page = browser.new_context(viewport={"width": 192, "height": 192}).new_page()
    for name, drawing in SHORTCUTS.items():
        found = re.search(rf'^  {drawing}: "([^"]+)"', drawings, re.MULTILINE)
        assert found
        page.set_content(
            '<body style="margin:0;background:#150e0d"><svg width="192" height="192" viewBox="-6 -6 36 36">'
            f'<path d="{found[1]}" fill="none" stroke="#ff7a57" stroke-width="1.75" stroke-linecap="round"/></svg>'
        )
        page.screenshot(path=PUBLIC / f"shortcut-{name}.png")


def main() -> None:
    (PUBLIC / "screens").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, running(Path(folder) / "data") as up:
        browser = playwright.chromium.launch(executable_path=chromium.find_or_install(), args=ARGUMENTS)
        _shortcuts(browser)
        _screens(browser, up.origin)
        browser.close()


if __name__ == "__main__":
    main()
