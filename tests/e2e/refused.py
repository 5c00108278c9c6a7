"""The session screen of one visitor, and all that can be changed about them, so that each refusal is seen where people see it.

What a person can bring about goes the person's way (sync and API, from another phone); the database is only touched for what
takes 90 days, an owner, or a fault.
"""

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.another_phone import AnotherPhone
from tests.e2e.people import Person
from tests.e2e.tapped_line import TappedLine
from tests.patience import PATIENCE_S
from tests.running import Up


class Store:
    """The server's own database, for what no person can bring about."""

    def __init__(self, up: Up, person_id: str) -> None:
        self._path = up.data / "db.sqlite3"
        self._me = person_id.replace("-", "")

    def does(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self._path, timeout=PATIENCE_S)) as base, base:
            done = base.execute(statement.replace(":me", f"'{self._me}'"), values)
            assert done.rowcount > 0, f"nothing was changed by {statement}"

    @contextmanager
    def panel(self, *channels: dict[str, Any]) -> Iterator[None]:
        """The demo's panel as another owner would have measured it."""
        with closing(sqlite3.connect(self._path, timeout=PATIENCE_S)) as base:
            ((panel, before),) = base.execute("SELECT id, channels FROM sessions_app_panel WHERE name = 'Demo panel'").fetchall()
        set_to = "UPDATE sessions_app_panel SET channels = ? WHERE id = ?"
        self.does(set_to, json.dumps(channels), panel)
        yield
        self.does(set_to, before, panel)


class Scene:
    """One visitor with the session screen open, and all that can be changed about them."""

    def __init__(self, up: Up, visitor: Person) -> None:
        self.line = TappedLine(visitor.page)
        visitor.tries_the_demo()
        visitor.sees("Virtual panel: no light.")
        self.page: Page = visitor.page
        self.visitor = visitor
        self.shown: set[str] = set()
        """Codes that were seen on the screen."""
        self.other = AnotherPhone(self.page)
        self.store = Store(up, self.other.get("/api/me")["id"])

    @property
    def answer(self) -> Locator:
        return self.page.get_by_role("status", name="Why can’t I start?")

    def is_told(self, code: str, *, lifts: bool = False, **plan: Any) -> None:
        """The server refuses this plan for this reason, and the screen says all that it says of it."""
        self.line.asks(**plan)
        said = self.line.hears("ticket", lambda ticket: code in [one["code"] for one in ticket["reasons"]])
        found = [one for one in said["reasons"] if one["code"] == code]
        for words in (found[0]["sentence"], found[0]["asks"], f"Limit: {found[0]['limit']}", f"Source: {found[0]['source']}"):
            assert len(words) > len("Source: "), f"{code} says too little: {found[0]}"
            expect(self.answer, code).to_contain_text(words)
        assert (found[0]["lifts_at"] is not None) is lifts, found[0]
        if lifts:
            expect(self.answer, code).to_contain_text(re.compile(r"Lifts \S+.*\."))
        self._cannot_be_held(code)

    def is_told_by_the_phone(self, code: str, sentence: str, limit: str, does: str) -> None:
        for words in (sentence, f"Limit: {limit}", "Source: NIRWeb: nothing starts that cannot be checked", does):
            expect(self.answer, code).to_contain_text(words)
        self._cannot_be_held(code)

    def waits(self, code: str, sentence: str) -> None:
        """Nothing is refused: it takes a moment."""
        expect(self.page.get_by_role("status").filter(has_text=sentence), code).to_be_visible()
        self._cannot_be_held(code)

    def _cannot_be_held(self, code: str) -> None:
        expect(self.visitor.button("Hold to start"), code).to_have_attribute("aria-disabled", "true")
        self.shown.add(code)

    def had_light(self, site: str, hours_ago: float, minutes: int, irradiance: float | None) -> None:
        began = datetime.now(UTC) - timedelta(hours=hours_ago, minutes=minutes)
        known = None if irradiance is None else {"660": irradiance}
        self.other.writes(
            "session_log",
            {
                "sites": [site], "started_at": began.isoformat(), "duration_s": minutes * 60, "distance_cm": 20, "panel_id": None,
                "levels_pct": {"660": 100}, "irradiance_mw_cm2": known, "how": "by_hand", "regimen_id": None,
            },
        )  # fmt: skip

    def notes(self, *sites: str, **signs: Any) -> str:
        none = {"warmth": 0, "redness": 0, "swelling": 0, "headache": 0}
        seen = {"redness_lasting": False, "blister": False, "eye_trouble": False}
        at = datetime.now(UTC).isoformat()
        body = {"session_id": None, "sites": list(sites), "at": at, "comfort": 5, "note": "", **none, **seen, **signs}
        return self.other.writes("checkin", body)

    def takes_back(self, checkin: str) -> None:
        at = datetime.now(UTC).isoformat()
        body = {"entity": "checkin", "supersedes": checkin, "replaced_by": None, "reason": "withdrawn", "at": at}
        self.other.writes("correction", body)

    def plan(self, **changes: Any) -> dict[str, Any]:
        """The plan on the screen, with these changes."""
        return {key: value for key, value in (self.line.plan | changes).items() if key != "type"}

    def starts(self, **changes: Any) -> dict[str, Any]:
        """The start of that plan as the other phone asks for it, with a ticket, not yet sent."""
        plan = self.plan(**changes)
        verdict = self.other.post("/api/therapy/check", plan).json()
        assert verdict["allowed"], verdict["reasons"]
        me = self.other.get("/api/me")["id"]
        return {"plan": plan, "ticket": verdict["ticket"], "person_id": me, "eyewear_confirmed": True, "run_no": 1}

    def waits_for_state(self, session_id: str, state: str) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while (at := self.other.get(f"/api/therapy/sessions/{session_id}")["state"]) != state:
            assert time.monotonic() < deadline_s, f"the session is {at}, not {state}"
            self.page.wait_for_timeout(50)


class Held:
    """The button held for a start that the server refuses, whatever the screen thought."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def refused(self, code: str, sent: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        page, visitor, said = self._scene.page, self._scene.visitor, {}

        def instead(route: Route) -> None:
            answer = route.fetch(post_data=json.dumps(sent(json.loads(route.request.post_data or ""))))
            said.update(answer.json())
            route.fulfill(response=answer)

        page.route("**/api/therapy/start", instead)
        visitor.holds_to_start()
        visitor.sees("Not started.")
        assert said["code"] == code, said
        expect(page.get_by_role("main"), code).to_contain_text(said["detail"])
        expect(page.get_by_role("main"), code).to_contain_text(said["next"])
        self._scene.shown.add(code)
        page.unroute("**/api/therapy/start")
        visitor.press("Back to the start")
        visitor.confirms_eyewear()
