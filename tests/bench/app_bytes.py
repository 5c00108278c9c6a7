"""What a phone loads, compressed, until the first screen stands: everything a real browser fetches for it."""

from playwright.sync_api import Response, sync_playwright

from tests.bench.clone import Clone
from tests.bench.figures import Figure
from tests.runner import chromium


def measure(clone: Clone, _seed: int) -> list[Figure]:
    up = clone.up()
    try:
        up.wait_until_ready(600)
        fetched = _first_screen(up.origin)
    finally:
        up.stop()
    whole_kb = round(sum(fetched.values()) / 1000, 1)
    return [Figure("first screen, compressed", whole_kb, 35, "kB", 1, {"bytes": fetched})]


def _first_screen(origin: str) -> dict[str, int]:
    """Bytes of content as sent, by path. Without a service worker, whose fetches come after the first screen."""
    responses: list[Response] = []

    def note(response: Response) -> None:  # Playwright marks what it is given, which a bound method forbids
        responses.append(response)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find_or_install(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block").new_page()
        page.on("response", note)
        page.goto(origin, wait_until="networkidle")
        page.get_by_role("heading").first.wait_for()
        sizes = {one.url.removeprefix(origin): int(one.headers.get("content-length") or len(one.body())) for one in responses}
        browser.close()
    return sizes
