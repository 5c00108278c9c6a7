"""What a phone feels: the app opened cold with no network and a year of entries, and Lighthouse's four scores."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, Final, cast

from playwright.sync_api import Page, expect, sync_playwright

from nirweb.bootstrap.phone_app import PhoneApp
from tests.bench.clone import Clone
from tests.bench.figures import PROJECT, Figure
from tests.e2e.mortal import MortalPhone
from tests.e2e.people import Person
from tests.e2e.year import write_a_year

Before = Callable[[MortalPhone], object]
SLOWER: Final = 4
"""So many times slower than this machine is a phone of the middle class, says Lighthouse."""
STARTS: Final = 11
DESKTOP_ONLY: Final = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"
"""Pop-ups of a desktop's address bar: pages of the browser's own, which it first draws just then. No phone has them."""
LOOKS: Final = 3
"""Lighthouse's own advice: its scores vary with what else the machine does, so the median of several looks is taken."""
LIGHTHOUSE: Final = PROJECT / "tests" / "bench" / "lighthouse"
SCREENS: Final = {"nobody": ("/",), "Ada": ("/", "/log", "/progress", "/settings")}
MARK: Final = """new MutationObserver((_, observer) => {
    if (!document.querySelector(".list > li")) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => console.info("listed", performance.now())));
}).observe(document, { childList: true, subtree: true })"""


def offline_start(clone: Clone, _seed: int) -> list[Figure]:
    """Milliseconds from the address to the list, with the server stopped and the browser just started."""
    with _used_phone(clone, "start") as (phone, records, stop):
        stop()
        as_on_a_desktop = phone.arguments
        times_ms, desktop_ms = [], []
        for _ in range(STARTS):  # in turns
            phone.arguments = [*as_on_a_desktop, DESKTOP_ONLY]
            times_ms.append(_cold_start(phone))
            phone.arguments = as_on_a_desktop
            desktop_ms.append(_cold_start(phone))
    details = {"each_ms": times_ms, "each_with_the_desktops_pop_ups_ms": desktop_ms, "records": records, "slower": SLOWER}
    return [Figure("offline cold start to the log, a year of entries, 4x CPU", median(times_ms), 500, "ms", STARTS, details)]


def _cold_start(phone: MortalPhone) -> int:
    page = phone.start()
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(MARK)
    phone.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    # the page itself says when: to ask it would have it read a large script of the test's in the midst of its start
    with page.expect_console_message(lambda message: message.text.startswith("listed")) as listed:
        page.goto(f"{phone.origin}/log", wait_until="commit")
    listed_ms = round(float(listed.value.text.split()[1]))
    phone.quit()
    return listed_ms


def lighthouse(clone: Clone, _seed: int) -> list[Figure]:
    """How many points each category misses of its 100, over all screens looked at."""
    _fetch_lighthouse(PhoneApp(PROJECT))
    found: dict[str, dict[str, Any]] = {}
    with _used_phone(clone, "lighthouse", before=lambda phone: found.update(_look(phone, "nobody"))) as (phone, _, _stop):
        found.update(_look(phone, "Ada"))
    names = next(iter(found.values()))["scores"]
    missing = {name: max(100 - one["scores"][name] for one in found.values()) for name in names}
    return [
        Figure(f"Lighthouse, {name.lower()}: points missing of 100", missing[name], 0, "points", len(found), found)
        for name in names
    ]


def _fetch_lighthouse(app: PhoneApp) -> None:
    done = subprocess.run(
        app.npm_command("ci", "--ignore-scripts"),
        cwd=LIGHTHOUSE,
        env=app.node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"Lighthouse could not be fetched:\n{done.stderr[-1000:]}")


def _look(phone: MortalPhone, who: str) -> dict[str, dict[str, Any]]:
    app = PhoneApp(PROJECT)
    found = {}
    for path in SCREENS[who]:
        looks = [_one_look(phone, path, app) for _ in range(LOOKS)]
        names = looks[0]["scores"]
        scores = {name: median(one["scores"][name] for one in looks) for name in names}
        found[f"{who} {path}"] = {"scores": scores, "looks": looks}
    return found


def _one_look(phone: MortalPhone, path: str, app: PhoneApp) -> dict[str, Any]:
    """
    In a browser just started, as Lighthouse does it by itself: one that has shown the app before keeps its process, and to be let
    into that process is a task of a tenth of a second, which is Lighthouse's own and is counted as the page's.
    """
    phone.start()
    port = (phone.profile / "DevToolsActivePort").read_text(encoding="utf-8").split()[0]
    command = [str(app.node), "run.mjs", port, phone.origin + path]
    done = subprocess.run(command, cwd=LIGHTHOUSE, env=app.node_environment(), capture_output=True, text=True, check=True)
    phone.quit()
    return cast(dict[str, Any], json.loads(done.stdout))


@contextmanager
def _used_phone(
    clone: Clone, name: str, before: Before = lambda _phone: None
) -> Iterator[tuple[MortalPhone, int, Callable[[], float]]]:
    """A phone with a year on it, its browser closed; how many records that is; and what stops the server."""
    up = clone.up()
    try:
        up.wait_until_ready(600)
        with sync_playwright() as playwright:
            phone = MortalPhone(playwright, clone.data.parent / name, up.origin)
            try:
                yield phone, _fill(phone, before), up.stop
            finally:
                if phone.process:
                    phone.kill()
    finally:
        if up.process.poll() is None:
            up.stop()


def _fill(phone: MortalPhone, before: Before) -> int:
    before(phone)
    ada = Person("Ada", phone.start(), phone.origin)
    ada.signs_up()
    ada.answers_the_health_questions()
    records = write_a_year(phone.context.request, phone.origin)
    ada.goes("/log")
    _all_there(ada.page)
    phone.quit()
    return records


def _all_there(page: Page) -> None:
    """The app is kept by the worker, and what the server has is on the phone."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    expect(page.locator(".list > li").nth(20)).to_be_visible()
    deadline_s = time.monotonic() + 30
    while page.locator(".unsynced").count():
        assert time.monotonic() < deadline_s
        time.sleep(0.1)
