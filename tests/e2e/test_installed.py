"""On the home screen, whole with no network, a new version when the person wants it: one server, one phone, one story."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.keyboard import missed
from tests.e2e.people import Person
from tests.e2e.picture import size_of
from tests.e2e.scripts import ASKED, AWAKE, CACHED, COUNTS, SCRIPTS
from tests.e2e.story import TITLES, Story, told
from tests.patience import PATIENCE_S
from tests.running import wait_until


@pytest.fixture(scope="module")
def story(_playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with told(_playwright, tmp_path_factory.mktemp("installed")) as story:
        yield story


@pytest.fixture(autouse=True)
def _no_complaints(story: Story, request: pytest.FixtureRequest, shots: Path) -> Iterator[None]:
    """No error on the console, nothing against the security policy, in any of these tests."""
    yield
    if story.phone.process and request.session.testsfailed:
        story.page.screenshot(path=shots / f"failed-{request.node.name}.png")
    assert story.complaints == []


# ── Installed ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_can_be_installed(story: Story) -> None:
    story.ada.goes("/")
    story.page.wait_for_selector("link[rel=manifest]", state="attached")  # named once the screen is shown
    devtools = story.phone.context.new_cdp_session(story.page)
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest: dict[str, Any] = json.loads(found["data"])
    assert manifest["id"] == "/"
    assert {one.get("purpose") for one in manifest["icons"]} == {"any", "maskable"}
    assert [one["url"] for one in manifest["shortcuts"]] == ["/session?regimen=today", "/log/new"]
    assert {one["form_factor"] for one in manifest["screenshots"]} == {"narrow", "wide"}
    pictures = [*manifest["icons"], *manifest["screenshots"], *(icon for one in manifest["shortcuts"] for icon in one["icons"])]
    for one in pictures:
        body = _get(story.server.origin + one["src"]).read()
        assert one["sizes"] == size_of(body), one["src"]


def _get(url: str, method: str = "GET") -> Any:
    return urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=PATIENCE_S)


def test_it_keeps_every_file_of_the_build(story: Story) -> None:
    built = story.server.built()
    assert len(built) > 50
    assert set(story.page.evaluate(CACHED)) == built


def test_it_lets_the_page_and_the_worker_be_asked_for_each_time(story: Story) -> None:
    for path in ("/", "/log/new", "/sw.js", "/manifest.webmanifest", "/index.html"):
        assert _get(story.server.origin + path).headers["Cache-Control"] == "no-cache", path
    hashed = [name for name in story.server.built() if name.startswith("/assets/")]
    for path in hashed:
        assert "immutable" in _get(story.server.origin + path, "HEAD").headers["Cache-Control"], path


def test_it_asks_to_be_installed_once_after_a_first_entry(story: Story, shots: Path) -> None:
    ada, page = story.ada, story.page
    asked = page.get_by_role("region", name="On your home screen")
    ada.goes("/")
    page.get_by_role("region", name="Reminders").get_by_role("button", name="Not now").click()
    ada.sees("Plan another course")
    expect(asked).to_have_count(0)
    ada.goes("/log/new")
    ada.mark("Neck")
    ada.fill("Lasted", "5")
    ada.press("Save")
    ada.sees("Saved")
    ada.goes("/")
    expect(asked.get_by_text("Keep NIRWeb at hand?")).to_be_visible()
    page.screenshot(path=shots / "install-asked-390-light.png", full_page=True)
    page.evaluate(
        """() => { const offer = new Event("beforeinstallprompt", { cancelable: true });
            offer.prompt = async () => { window.prompted = true; return { outcome: "dismissed" } }; dispatchEvent(offer) }"""
    )
    asked.get_by_role("button", name="Put it on the home screen").click()
    expect(asked).to_have_count(0)
    assert page.evaluate("window.prompted") is True
    ada.goes("/")
    ada.sees("Plan another course")
    expect(asked).to_have_count(0)


def test_it_shows_how_on_each_device(story: Story, shots: Path) -> None:
    story.shows("/settings/install")
    page = story.page
    for name in ("iPhone and iPad", "Android", "Safari on a Mac"):
        page.get_by_text(name, exact=True).click()
    assert page.locator(".install-picture").count() >= 7
    for theme in ("light", "night"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.screenshot(path=shots / f"install-ways-390-{theme}.png", full_page=True)


def test_it_goes_back_to_what_runs_when_it_is_opened_and_keeps_the_screen_on(story: Story) -> None:
    ada, page = story.ada, story.page
    page.add_init_script(AWAKE)
    ada.goes("/timer")
    ada.mark("Face")
    page.get_by_role("checkbox", name="Left arm").uncheck()  # it had its light a moment ago
    ada.fill("Time", "10")
    ada.mark("Everyone in this light wears eyewear")
    ada.press("Start counting")
    ada.sees("Counting")
    ada.goes("/")
    ada.sees("Counting")
    ada.is_at("/timer")
    page.wait_for_function("() => awake.length === 1 && !awake[0].released")
    ada.press("It was never on")
    page.wait_for_function("() => awake[0].released")
    ada.goes("/")
    expect(page.get_by_role("heading", level=1, name=re.compile("Good"))).to_be_visible()


def test_its_icon_counts_what_is_due_and_what_is_not_synced(story: Story) -> None:
    ada, page = story.ada, story.page
    page.add_init_script(COUNTS)
    ada.goes("/")
    page.wait_for_function("() => counts.length > 0")
    due = page.evaluate("counts.at(-1)")
    page.context.set_offline(True)
    ada.writes_a_session_down(site="Scalp", minutes="3")
    page.wait_for_function("due => counts.at(-1) === due + 1", arg=due)
    page.context.set_offline(False)
    expect(page.locator(".unsynced")).to_have_count(0, timeout=60_000)
    page.wait_for_function("due => counts.at(-1) === due", arg=due)


# ── A new version ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_keeps_the_old_build_whole_until_the_new_one_is_taken(story: Story, shots: Path) -> None:
    ada, page = story.ada, story.page
    other = story.phone.context.new_page()
    story.watches(other)
    other.goto(story.server.origin + "/settings")
    expect(other.get_by_role("heading", name="Settings")).to_be_visible()
    ada.goes("/log/new")
    ada.fill("Lasted", "7")
    before = story.server.built()

    story.server.says_instead("screens/progress/progress.tsx", "Days kept", "Days that were kept")
    gone = before - story.server.built()
    assert any("progress" in name for name in gone)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(story.server.origin + next(name for name in gone if "progress" in name))

    page.evaluate("navigator.serviceWorker.getRegistration().then(found => found.update())")
    ada.sees("A new version is ready.")
    ada.sees("It waits until what you entered here is saved.")
    expect(ada.button("Use it now")).to_have_count(0)
    page.screenshot(path=shots / "update-waits-390-light.png")
    story.server.stop()
    ada.mark("Neck")
    ada.press("Save")
    ada.follow("Progress")
    ada.sees("Days kept")  # a part of the old build that was not loaded before, and is not on the server any more

    ada.press("Use it now")
    ada.sees("Days that were kept")
    assert story.not_synced() == 1
    # the other page goes on with its own build
    other.get_by_role("link", name="Progress", exact=True).click()
    expect(other.get_by_role("heading", name="Days kept", exact=True)).to_be_visible()
    other.close()
    story.server.start()
    page.reload()
    ada.sees("Days that were kept")
    expect(page.locator(".unsynced")).to_have_count(0)
    page.wait_for_function("async () => (await caches.keys()).length === 1")
    assert set(page.evaluate(CACHED)) == story.server.built()


# ── Offline whole ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_opens_every_screen_cold_with_the_server_down(story: Story) -> None:
    story.ada.writes_a_session_down(site="Knees")
    story.ada.goes("/log")
    expect(story.page.locator(".unsynced")).to_have_count(0)
    entry = str(story.page.locator('a[href^="/log/0"]').first.get_attribute("href"))
    story.server.stop()
    story.starts_anew()
    with pytest.raises(urllib.error.URLError):
        _get(story.server.origin)
    story.shows("/log")
    # a start waits for each: the theme, the first file, what lies behind the sign-in, and what both share
    assert len(story.page.evaluate(SCRIPTS)) <= 4
    for path in TITLES:
        story.shows(path)
    story.ada.goes(entry)
    story.ada.sees("Knees")
    course = story.course()
    for path in (course, f"{course.replace('plan', 'reminder')}/{datetime.now(UTC).date()}"):
        story.ada.goes(path)
        expect(story.page.get_by_role("heading", level=1, name="Lines, tone, firmness")).to_be_visible()


def test_P1_it_keeps_all_that_is_entered_offline_and_sends_it_when_the_server_is_back(story: Story, shots: Path) -> None:
    """Needs the server that the test before has stopped."""
    ada, page = story.ada, story.page
    ada.writes_a_session_down(site="Chest", minutes="6")
    ada.goes("/checkin")
    ada.mark("Chest")
    page.get_by_role("group", name="How was it?").get_by_role("radio", name="8").check()
    ada.press("Save the check-in")
    ada.sees("Check-in saved")
    ada.goes("/progress")
    page.get_by_role("group", name="How does your skin look to you today?").get_by_role("radio", name="7").check()
    ada.press("Save the rating")
    ada.sees("Rating saved")
    story.shows_two_charts_with_tables()
    ada.plans_a_course(site="Right arm")
    ada.goes(story.course())
    ada.press("Continue")
    ada.press("Continue")
    ada.press("Keep the changes")
    ada.sees("The course is changed.")
    ada.goes("/settings")
    before = story.not_synced()
    ada.choose("Moss")
    ada.sees(f"Not synced: {before + 1}")  # what is saved by a tap alone is on the phone when it is counted
    ada.answers_the_health_questions()
    ada.counts_with_the_timer(site="Abdomen")
    waiting = story.not_synced()
    assert (before, waiting) == (5, 8)
    page.screenshot(path=shots / "offline-not-synced-390-light.png")
    story.starts_anew()
    page = story.page
    ada.goes("/settings")
    assert story.not_synced() == waiting
    ada.sees("The server is out of reach.")
    expect(ada.button("Hide this")).to_have_count(0)  # known from before, so it lies over nothing
    ada.press("Sign out")
    ada.sees(f"{waiting} of your entries are only on this phone.")
    ada.goes("/log")
    ada.sees("6 min")

    story.server.start()
    expect(page.locator(".unsynced")).to_have_count(0, timeout=60_000)  # by itself
    ada.goes("/settings")
    ada.sees("Everything on this phone is on the server too.")
    other = story.phone.context.browser
    assert other
    elsewhere = Person("Ada", other.new_context().new_page(), story.server.origin)
    elsewhere.email = ada.email
    elsewhere.signs_in()
    elsewhere.goes("/log")
    elsewhere.sees("6 min")
    elsewhere.goes("/settings")
    expect(elsewhere.page.get_by_role("radio", name="Moss")).to_be_checked()
    elsewhere.page.context.close()


def test_Y72_what_waits_is_sent_with_the_page_closed_once_the_server_is_back(story: Story) -> None:
    ada = story.ada
    story.server.stop()
    ada.writes_a_session_down(site="Abdomen", minutes="13")
    story.page.wait_for_function(ASKED)
    for page in story.phone.context.pages:
        page.close()
    story.phone.wakes_the_worker("outbox")  # in vain
    assert story.logged(13) == 0
    story.server.start()
    assert story.logged(13) == 0
    story.phone.wakes_the_worker("outbox")
    wait_until(lambda: story.logged(13) == 1, 10)
    assert [page.url for page in story.phone.context.pages if page.url.startswith(story.server.origin)] == []

    story.page = ada.page = story.phone.context.new_page()
    story.watches(story.page)
    ada.goes("/log")
    ada.sees("13 min")
    expect(story.page.locator(".unsynced")).to_have_count(0)
    assert story.logged(13) == 1


# ── Without a pointer ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_screen_is_reached_whole_by_keyboard(story: Story) -> None:
    wrong: dict[str, list[str]] = {}
    for path in TITLES:
        story.shows(path)
        wrong[path] = missed(story.page)
    assert {path: found for path, found in wrong.items() if found} == {}
