"""The whole product as a person meets it: `manage.py up`, a real browser of a phone's size, and the lamp's true light.

Nothing is replaced: server, Celery worker, Valkey, the bridge with bleak, and the virtual panel run as `up` runs them.
"""

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from ble_bridge.virtual.observer import Observer
from nirweb.supervisor.folders import runtime_of
from tests.e2e.people import Person
from tests.patience import PATIENCE_MS, START_S
from tests.runner import chromium
from tests.running import Up, running

HEIGHT: Final = 844
expect.set_options(timeout=PATIENCE_MS)
ARGUMENTS: Final = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EXPECTED: Final = re.compile(
    r"401 \(Unauthorized\)"  # who is it? Nobody: that is how a signed-out phone starts
    r"|400 \(Bad Request\).*password/reset"  # a link that was used already
    r"|403 \(Forbidden\).*/account/close"  # a wrong password
    r"|(409 \(Conflict\)|422 \(Unprocessable \w+\)).*/therapy/start"  # a start that the server refuses
    r"|403 \(Forbidden\).*/api/sync"  # a removed phone, signed in anew, learns that it needs another device id
    r"|409 \(Conflict\).*/scan"  # a bridge that was just let in is away for a moment; the screen looks again by itself
    r"|409 \(Conflict\).*/api/sync"  # a tab that was left open learns that somebody else is signed in
    r"|ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION_REFUSED"  # a test took the network away
    r"|WebSocket connection to .* failed"  # likewise, and on signing out
)


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with running(tmp_path_factory.mktemp("up") / "data") as up:
        up.wait_for("The demo is ready", START_S)
        yield up


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chrome(_playwright: Playwright) -> Iterator[Browser]:
    browser = _playwright.chromium.launch(executable_path=chromium.find_or_install(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def observe(up: Up) -> Callable[[str], Observer]:
    """`observe("home")`: the true light of the panel on that radio, as it was left: dark, whole and in reach."""

    def one(radio: str) -> Observer:
        observer = Observer(runtime_of(up.data) / "observer.sock", radio)
        observer.clear()
        return observer

    return one


@pytest.fixture
def lamp(observe: Callable[[str], Observer]) -> Iterator[Observer]:
    """The demo's true light. Whatever a test did to that panel, the next finds it whole and dark."""
    lamp = observe("demo")
    yield lamp
    lamp.clear()


class Phone:
    """A phone of its own: storage, cookies and service worker are shared with no other."""

    def __init__(self, browser: Browser, origin: str, *, width: int, zone: str) -> None:
        self.origin = origin
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            timezone_id=zone,
            locale="en-GB",
            base_url=origin,
            has_touch=True,
            reduced_motion="reduce",
            color_scheme="light",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        self.page: Page = self.context.new_page()

    def _console(self, message: ConsoleMessage) -> None:
        said = f"{message.text} ({message.location.get('url', '')})"
        if message.type in {"error", "warning"} and not EXPECTED.search(said):
            self.complaints.append(f"{message.type}: {said}")

    def open(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def offline(self, *, on: bool) -> None:
        self.context.set_offline(on)


failed_key = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[failed_key] = report.failed
    return report


@pytest.fixture
def phone(chrome: Browser, up: Up, request: pytest.FixtureRequest, shots: Path) -> Iterator[Callable[..., Phone]]:
    """`phone()`: a new one. At the end none may have complained on its console, be it of an error or of the security policy.

    After a failure what each phone showed lands beside the screenshots.
    """
    made: list[Phone] = []

    def one(*, width: int = 390, zone: str = "Europe/Berlin") -> Phone:
        made.append(Phone(chrome, up.origin, width=width, zone=zone))
        return made[-1]

    yield one
    if request.node.stash.get(failed_key, False):
        for number, each in enumerate(made):
            each.page.screenshot(path=shots / f"failed-{request.node.name}-{number}.png", full_page=True)
    complaints = [complaint for each in made for complaint in each.complaints]
    for each in made:
        each.context.close()
    assert complaints == []


@pytest.fixture
def person(phone: Callable[..., Phone]) -> Callable[..., Person]:
    """`person("Ada")`: somebody with a new phone, who has not signed up yet."""
    return lambda name, **how: Person(name, phone(**how).page)


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots land, for a person to look at; ignored by git."""
    folder = Path(__file__).resolve().parents[2] / "shots"
    folder.mkdir(exist_ok=True)
    return folder
