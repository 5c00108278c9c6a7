"""A browser that a test may kill: a process of ours with a profile of its own, which outlives it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.e2e.conftest import ARGUMENTS, HEIGHT
from tests.patience import PATIENCE_MS, PATIENCE_S
from tests.runner import chromium

NO_PUSH: Final = "--disable-background-networking"
"""Keeps a browser from its vendor's push back end, too."""


class MortalPhone:
    """What is written to the profile survives; what the browser had only in its head does not."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        origin: str,
        *,
        arguments: Sequence[str] = (NO_PUSH,),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.playwright = playwright
        self.profile = profile
        self.origin = origin
        self.arguments = [*(one for one in ARGUMENTS if one != NO_PUSH), *arguments]
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.browser: Browser | None = None

    def start(self) -> Page:
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [chromium.find_or_install(), *self.arguments, "--headless=new", "--remote-debugging-port=0",
             f"--user-data-dir={self.profile}", f"--window-size=390,{HEIGHT}", "about:blank"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        deadline_s = time.monotonic() + PATIENCE_S
        while not (port_file.exists() and port_file.read_text().strip()):
            assert time.monotonic() < deadline_s, "the browser did not start"
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        self.browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.context.set_default_timeout(PATIENCE_MS)
        page = self.context.new_page()
        page.set_viewport_size({"width": 390, "height": HEIGHT})  # a window is never so narrow
        return page

    @property
    def context(self) -> BrowserContext:
        assert self.browser
        return self.browser.contexts[0]

    def allows(self, what: str, setting: str) -> None:
        """As if its person had said so ("granted", "denied") or not yet been asked ("prompt"); until the browser ends."""
        assert self.browser
        said = {"permission": {"name": what}, "setting": setting, "origin": self.origin}
        self.browser.new_browser_cdp_session().send("Browser.setPermission", said)

    def wakes_the_worker(self, tag: str) -> None:
        """As the browser does for Background Sync when it finds a network, with no page of the app open."""
        page = self.context.new_page()
        devtools = self.context.new_cdp_session(page)
        found: list[str] = []
        devtools.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(
            one["registrationId"] for one in said["registrations"] if one["scopeURL"] == f"{self.origin}/"
        ))  # fmt: skip
        devtools.send("ServiceWorker.enable")
        deadline_s = time.monotonic() + PATIENCE_S
        while not found:
            assert time.monotonic() < deadline_s, "no service worker is registered"
            page.wait_for_timeout(20)
        woken = {"origin": self.origin, "registrationId": found[0], "tag": tag, "lastChance": False}
        devtools.send("ServiceWorker.dispatchSyncEvent", woken)
        page.close()

    def kill(self) -> None:
        """As when the battery is pulled: nothing is asked, nothing is flushed."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)
        if self.browser:
            self.browser.close()
        self.process = self.browser = None

    def quit(self) -> None:
        """As a person closes it: cookies and the like are flushed."""
        assert self.process
        assert self.browser
        self.browser.new_browser_cdp_session().send("Browser.close")
        self.process.wait(PATIENCE_S)
        self.process = self.browser = None
