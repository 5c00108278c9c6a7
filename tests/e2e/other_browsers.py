"""`python -m tests.e2e.other_browsers [firefox|webkit]`: the offline path in browsers that are not Chromium.

Firefox ESR by its own Marionette line, WebKitGTK in a small window (Debian: firefox-esr; gir1.2-webkit2-4.1, python3-gi, xvfb).
Not part of the default run: it needs packages that a developer may not have. Somebody signs up, writes sessions down, leaves
pages in the middle of that, the server is stopped and the browser started anew: every screen opens, an entry is kept, and it is
sent when the server is back.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.e2e.own_copy import OwnCopy
from tests.patience import PATIENCE_S
from tests.runner.outcome import say
from tests.running import free_port

SCREENS: Final = {
    "/": "Good", "/timer": "Timer", "/plan": "A course of light", "/log": "Log", "/log/new": "Write a session down",
    "/checkin": "Check-in", "/progress": "Progress", "/settings": "Settings", "/settings/install": "On your home screen",
    "/screening": "Health questions", "/nowhere": "Nothing is here",
}  # fmt: skip
FILL: Final = """const [label, value] = arguments;
const found = [...document.querySelectorAll("label")].find((one) => one.textContent.trim().startsWith(label));
const field = found && (found.control ?? document.getElementById(found.htmlFor));
if (!field) return false;
Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
field.dispatchEvent(new Event("input", { bubbles: true }));
return true;"""
PRESS: Final = """const [words] = arguments;
const found = [...document.querySelectorAll("button, label")].find((one) => one.textContent.trim() === words && !one.disabled);
found?.click();
return found !== undefined;"""
KEPT: Final = """return navigator.serviceWorker.controller !== null"""


class Browser(ABC):
    """What both ways of remote control have in common."""

    @abstractmethod
    def goes(self, url: str) -> None: ...

    @abstractmethod
    def runs(self, script: str, *arguments: object) -> Any: ...

    @abstractmethod
    def quit(self) -> None: ...

    def does(self, script: str, *arguments: object) -> None:
        """Again and again until it says true."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not self.runs(script, *arguments):
            assert time.monotonic() < deadline_s, f"not within {PATIENCE_S} s: {arguments or script}\n{self.text()}"
            time.sleep(0.1)

    def text(self) -> str:
        return str(self.runs("return document.body?.innerText ?? ''"))

    def sees(self, words: str) -> None:
        self.does("return (document.body?.innerText ?? '').includes(arguments[0])", words)


class Firefox(Browser):
    """Marionette: each message is its length, a colon and JSON."""

    def __init__(self, profile: Path) -> None:
        profile.mkdir(exist_ok=True)
        port = free_port()
        (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\nuser_pref("app.update.enabled", false);\n')
        command = ["firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.line = _connected(port)
        self.last = 0
        self._read()
        self._ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": False}}})

    def _read(self) -> Any:
        head = b""
        while not head.endswith(b":"):
            head += self.line.recv(1)
        body = b""
        while len(body) < int(head[:-1]):
            body += self.line.recv(int(head[:-1]) - len(body))
        return json.loads(body)

    def _ask(self, name: str, parameters: dict[str, object]) -> Any:
        self.last += 1
        message = json.dumps([0, self.last, name, parameters]).encode()
        self.line.sendall(f"{len(message)}:".encode() + message)
        _, _, error, result = self._read()
        if error:
            raise AssertionError(f"{name}: {error}")
        return result

    def goes(self, url: str) -> None:
        self._ask("WebDriver:Navigate", {"url": url})

    def runs(self, script: str, *arguments: object) -> Any:
        return self._ask("WebDriver:ExecuteScript", {"script": script, "args": list(arguments)})["value"]

    def quit(self) -> None:
        self._ask("Marionette:Quit", {"flags": ["eAttemptQuit"]})
        self.process.wait(PATIENCE_S)
        self.line.close()


def _connected(port: int) -> socket.socket:
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline_s, "the browser did not start"
            time.sleep(0.1)


class WebKit(Browser):
    """WebKitGTK in a window of ours, on a display of its own."""

    def __init__(self, profile: Path) -> None:
        profile.mkdir(exist_ok=True)
        window = Path(__file__).with_name("webkit_window.py")
        environment = {"HOME": str(profile), "PATH": "/usr/bin:/bin", "LIBGL_ALWAYS_SOFTWARE": "1"}
        command = ["xvfb-run", "-a", "/usr/bin/python3", str(window), str(profile)]
        self.process = subprocess.Popen(
            command, env=environment, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def _ask(self, **asked: object) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        said = json.loads(self.process.stdout.readline() or '{"error": "the window is gone"}')
        if "error" in said:
            raise AssertionError(said["error"])
        return said["value"]

    def goes(self, url: str) -> None:
        self._ask(goes=url)

    def runs(self, script: str, *arguments: object) -> Any:
        return self._ask(runs=script, arguments=arguments)

    def quit(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()  # the window closes, and with it the display
        try:
            self.process.wait(PATIENCE_S)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)


BROWSERS: Final[dict[str, Callable[[Path], Browser]]] = {"firefox": Firefox, "webkit": WebKit}


def _writes_down(browser: Browser, origin: str, minutes: int) -> None:
    _presses_save(browser, origin, minutes)
    browser.sees("Saved")


def _presses_save(browser: Browser, origin: str, minutes: int) -> None:
    browser.goes(f"{origin}/log/new")
    browser.does(PRESS, "Neck")
    browser.does(FILL, "Lasted", str(minutes))
    browser.does(PRESS, "Save")


def _leaves_as_it_saves(browser: Browser, origin: str) -> None:
    """A page that is left in the middle of a write, and that the browser may keep frozen, holds up none of the next [Y73]."""
    for minutes in range(20, 32):
        _presses_save(browser, origin, minutes)
    _writes_down(browser, origin, 33)


def _signs_up(browser: Browser, origin: str) -> None:
    browser.goes(f"{origin}/join")
    browser.does(FILL, "E-mail address", "grace@example.org")
    browser.does(FILL, "Password", "warm light on a grey morning")
    browser.does(PRESS, "Create account")
    browser.does(FILL, "Your first name", "Grace")
    browser.does(PRESS, "I agree that it is kept")
    browser.sees("Health questions")


def walk(name: str, folder: Path) -> None:
    """The whole path; raises where something is not as it should be."""
    server = OwnCopy(folder)
    server.start()
    browser = BROWSERS[name](folder / "profile")
    try:
        _signs_up(browser, server.origin)
        _writes_down(browser, server.origin, 5)
        browser.does(KEPT)
        say(f"{name}: kept by its service worker: {browser.runs('return navigator.userAgent')}")
        _leaves_as_it_saves(browser, server.origin)
        browser.goes(f"{server.origin}/settings")
        browser.sees("Everything on this phone is on the server too.")
        say(f"{name}: pages that were left as they saved held up nothing")
        server.stop()
        browser.quit()
        browser = BROWSERS[name](folder / "profile")
        for path, title in SCREENS.items():
            browser.goes(server.origin + path)
            browser.does("return (document.querySelector('h1')?.innerText ?? '').startsWith(arguments[0])", title)
        say(f"{name}: {len(SCREENS)} screens opened with the server down, after a new start")
        _writes_down(browser, server.origin, 6)
        browser.goes(f"{server.origin}/log")
        browser.sees("6 min")
        browser.sees("Not synced: 1")
        server.start()
        browser.does("return document.querySelector('.unsynced') === null")
        browser.goes(f"{server.origin}/settings")
        browser.sees("Everything on this phone is on the server too.")
        say(f"{name}: what was entered offline was kept and sent")
    finally:
        browser.quit()
        server.stop()


def main(names: list[str]) -> None:
    for name in names or BROWSERS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            walk(name, Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
