"""`up` with all its parts: bridges, virtual panels, the demo, and the way developers run it."""

import json
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S
from tests.running import Up, running, wait_until


class Guest:
    """A browser without an account."""

    def __init__(self, up: Up) -> None:
        self._origin = up.origin
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def ask(self, method: str, path: str) -> Any:
        headers = {"Origin": self._origin, "Content-Type": "application/json"}
        if method != "GET":
            headers["X-CSRFToken"] = self.ask("GET", "/api/csrf")["token"]
        request = urllib.request.Request(f"{self._origin}{path}", method=method, headers=headers)
        with self._open(request, timeout=PATIENCE_S) as answer:
            return json.loads(answer.read())


def test_it_offers_the_demos_panel_without_an_account_and_finds_it_again(tmp_path: Path) -> None:
    with running(tmp_path) as up:
        up.wait_for("The demo is ready")
        guest = Guest(up)
        assert guest.ask("POST", "/api/demo")["guest"]
        (panel,) = guest.ask("GET", "/api/panels")
        assert panel["virtual"]
        wait_until(lambda: guest.ask("GET", "/api/panels")[0]["online"])
        assert "/link?code=" in up.wait_for("The bridge asks to join")
    with running(tmp_path) as again:
        guest = Guest(again)
        guest.ask("POST", "/api/demo")
        assert [one["id"] for one in guest.ask("GET", "/api/panels")] == [panel["id"]]
        wait_until(lambda: guest.ask("GET", "/api/panels")[0]["online"])
        assert "The demo is ready" not in again.output


def test_it_gives_no_virtual_panel_and_no_demo_where_none_is_wanted(tmp_path: Path) -> None:
    with running(tmp_path, "--no-demo") as up:
        assert Guest(up).ask("GET", "/api/instance")["demo"] is False
    assert not (tmp_path / "demo-bridge").exists()


def test_it_follows_the_sources_for_developers(tmp_path: Path) -> None:
    with running(tmp_path, "--no-demo", "--dev") as up:
        wait_until(lambda: _serves(up, "/@vite/client"))
        assert Guest(up).ask("GET", "/api/instance")["origin"] == up.origin


def _serves(up: Up, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"{up.origin}{path}", timeout=PATIENCE_S) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
