"""Why can't I start? Every refusal that server or phone can give, each with its sentence, its limit, where it comes from, and
when it lifts or what to do. A code that no case shows fails.
"""

import ast
import inspect
import re
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from ble_bridge.virtual.observer import Observer
from sessions_app.therapy import checking, start, tickets
from sessions_app.therapy.tickets import LIFE_MS
from sessions_app.therapy.wording import BOOK
from tests.e2e import test_planner, test_why_not
from tests.e2e.people import Person
from tests.e2e.refused import Held, Scene
from tests.running import Up

PHONE: Final = Path(__file__).resolve().parents[2] / "nirweb/pwa/src/features/session/whynot.ts"
MEASURED: Final = [{"distance_cm": 15, "irradiance_mw_cm2": 20}, {"distance_cm": 30, "irradiance_mw_cm2": 15}]
RED: Final = {"wavelength_nm": 660, "min_pct": 10, "max_pct": 90, "irradiance": MEASURED, "provenance": "lab"}
INFRARED: Final = {**RED, "wavelength_nm": 850, "irradiance": [{"distance_cm": 20, "irradiance_mw_cm2": 60}]}
UNKNOWN: Final = {**RED, "irradiance": [], "provenance": "unknown"}
BROKEN: Final = {**RED, "irradiance": [{"distance_cm": 20, "irradiance_mw_cm2": -1}]}

ELSEWHERE: Final = {
    "site_missing": test_why_not.test_what_the_plan_lacks_is_asked_for_one_by_one,
    "distance_missing": test_why_not.test_what_the_plan_lacks_is_asked_for_one_by_one,
    "minutes_missing": test_why_not.test_what_the_plan_lacks_is_asked_for_one_by_one,
    "offline": test_why_not.test_a_line_that_is_lost_is_said_so,
    "session_too_long": test_planner.test_D33_D34_a_session_is_told_its_limits_with_no_network,
    "course_week": test_planner.test_D30_D35_D36_a_course_is_planned_from_time_or_from_dose,
}
"""Shown by another test of the browser."""
NEVER: Final = {
    "account_closed": "who closes their account is signed out everywhere: only a start that was on its way finds it so [A3]",
    "duration_invalid": "no plan of less than a second is read at all",
    "id_taken": "a ticket is given for no session of somebody else",
}


@pytest.fixture
def scene(up: Up, person: Callable[..., Person], lamp: Observer) -> Scene:
    return Scene(up, person("Visitor"))


def _of_the_health_questions(scene: Scene) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=91)).strftime("%Y-%m-%d %H:%M:%S")
    scene.store.does("UPDATE sessions_app_screening SET answered_at = ?, stored_at = ? WHERE user_id = :me", long_ago, long_ago)
    scene.is_told("screening_due")
    scene.store.does("DELETE FROM sessions_app_screening WHERE user_id = :me")
    scene.is_told("screening_missing")
    scene.other.answers({}, version=2)
    scene.is_told("screening_incomplete")
    scene.other.answers({"eyes": ["retinitis_pigmentosa"]})
    scene.is_told("screening_block", sites=["face"])
    scene.other.answers({"lupus": True})
    scene.is_told("screening_clinician")
    scene.other.answers({"under_18": True})
    scene.is_told("guardian_missing")
    scene.other.answers({"fever_today": True})
    scene.is_told("screening_block", lifts=True)
    scene.other.answers({})
    scene.store.does("UPDATE sessions_app_user SET guest = 0, email = hex(id) || '@example.org' WHERE id = :me")
    scene.is_told("consent_missing")
    scene.store.does("UPDATE sessions_app_user SET guest = 1, email = NULL WHERE id = :me")


def _of_holds(scene: Scene) -> None:
    scene.notes("neck", swelling=1)
    scene.is_told("hold_site", lifts=True, sites=["neck"])
    expect(scene.answer.get_by_role("link", name="Look at the hold")).to_have_attribute("href", "/holds")
    scene.notes("chest", blister=True)
    scene.is_told("hold_site_clinician", sites=["chest"])
    for code, signs, lifts in (
        ("hold_all", {"eye_trouble": True}, False),
        ("hold_all_self", {"headache": 2}, True),
        ("hold_all_clinician", {"blister": True}, False),
    ):
        noted = scene.notes(**signs)
        scene.is_told(code, lifts=lifts)
        scene.takes_back(noted)


def _of_ceilings(scene: Scene) -> None:
    plan: dict[str, Any] = {"distance_cm": 15, "duration_s": 600, "levels_pct": {"660": 100}}
    scene.had_light("abdomen", 1, 1, 10)
    scene.is_told("gap", lifts=True, sites=["abdomen"], **plan)
    scene.had_light("pelvis", 10, 10, 75)
    scene.is_told("ceiling_24h", lifts=True, sites=["pelvis"], **plan)
    for hours_ago in (30, 60, 90, 120):
        scene.had_light("knees", hours_ago, 10, 80)
    scene.is_told("ceiling_7d", lifts=True, sites=["knees"], **plan)
    scene.is_told("dose_over_ceiling", **plan | {"duration_s": 1800, "levels_pct": {"660": 100, "850": 100}})
    with scene.store.panel(UNKNOWN):
        scene.is_told("unknown_irradiance_too_long", **plan | {"duration_s": 1260, "levels_pct": {"660": 50}})
        scene.had_light("shoulders", 10, 15, None)
        scene.is_told("unknown_irradiance_24h", lifts=True, sites=["shoulders"], **plan | {"levels_pct": {"660": 50}})
    with scene.store.panel(INFRARED):
        scene.is_told("eye_infrared", sites=["face"], distance_cm=20, duration_s=600, levels_pct={"850": 90})


def _of_the_plan(scene: Scene) -> None:
    scene.is_told("no_light", levels_pct={"660": 0})
    scene.is_told("wavelength_not_on_panel", levels_pct={"905": 50})
    scene.is_told("site_unknown", sites=["left_wing"])
    scene.is_told("distance_outside_table", distance_cm=60)
    scene.is_told("eyewear", eyewear=False)
    with scene.store.panel(RED):
        scene.is_told("level_out_of_range", levels_pct={"660": 5})
    with scene.store.panel(BROKEN):
        scene.is_told("limit_missing", levels_pct={"660": 50})
    refused = scene.other.post(
        "/api/therapy/check", {key: one for key, one in scene.line.plan.items() if key != "type"} | {"duration_s": 0}
    )
    assert refused.status == 422, "duration_invalid"


def _at_the_start(scene: Scene, old_start: dict[str, Any], old_start_s: float) -> None:
    """What the start itself refuses: it asks everything again, whatever was allowed a moment ago."""
    held = Held(scene)
    held.refused("ticket_invalid", lambda body: body | {"ticket": "no such ticket"})
    held.refused("other_person", lambda body: body | {"person_id": str(uuid.uuid4())})
    held.refused("run_no_wrong", lambda body: body | {"run_no": 7})
    held.refused("eyewear_missing", lambda body: body | {"eyewear_confirmed": False})
    noted: list[str] = []

    def notes_a_blister_first(body: dict[str, Any]) -> dict[str, Any]:
        noted.append(scene.notes("left_arm", blister=True))
        return body

    held.refused("not_allowed", notes_a_blister_first)
    scene.takes_back(noted[0])
    scene.page.wait_for_timeout(max(0, old_start_s + LIFE_MS / 1000 - time.monotonic()) * 1000)
    held.refused("ticket_expired", lambda _: old_start)


def _of_an_open_session(scene: Scene) -> None:
    running = scene.starts(session_id=str(uuid.uuid4()), sites=["left_foot"])
    started = scene.other.post("/api/therapy/start", running).json()
    scene.is_told("panel_busy", lifts=True)
    mine = {"session_id": running["plan"]["session_id"], "sites": ["left_foot"]}
    scene.is_told("session_running", **mine)
    scene.waits_for_state(mine["session_id"], "running")
    scene.other.post(f"/api/therapy/sessions/{mine['session_id']}/pause", {})
    scene.waits_for_state(mine["session_id"], "paused")
    scene.is_told("session_other_plan", **mine | {"sites": ["right_foot"]})
    scene.is_told("session_remaining", **mine)
    resumed = scene.starts(**mine, duration_s=10) | {"run_no": 2}
    with scene.store.panel(RED, {**RED, "wavelength_nm": 850}):
        scene.line.asks(**mine, duration_s=10)
        Held(scene).refused("panel_changed", lambda _: resumed)
    scene.store.does("UPDATE sessions_app_run SET on_s = 1800 WHERE session_id = ?", mine["session_id"].replace("-", ""))
    scene.is_told("session_used_up", **mine)
    scene.other.post("/api/therapy/stop", {"stop_token": started["stop_token"]})
    scene.waits_for_state(mine["session_id"], "ended")
    scene.is_told("session_over", **mine)
    scene.is_told("gap", lifts=True, sites=["left_foot"])


def _of_a_bond(scene: Scene, state: dict[str, Any]) -> None:
    """Z18: said plainly, and made anew from there. With a real bond: `tests/e2e/machine`."""
    limit = "A panel that is paired"
    scene.line.panel = {"link": "connecting", "wrong": "bond_lost"}
    scene.line.tells(state)
    scene.is_told_by_the_phone("bond_lost", "Demo panel no longer lets its bridge in", limit, "Pair it again")
    scene.visitor.sees("Demo panel has to be paired again")
    scene.visitor.press("Pair it again")
    assert scene.line.asked["pair_anew"]["panel_id"] == state["panel_id"]
    scene.line.panel = {"link": "connecting", "wrong": "not_bonded"}
    scene.line.tells(state)
    scene.is_told_by_the_phone(
        "not_bonded", "Demo panel is not paired with its bridge", limit, "Hold its button for three seconds"
    )
    scene.visitor.sees("Make it ready to be paired")
    scene.line.panel |= {"passkey": "042917"}
    scene.line.tells(state)
    expect(scene.page.get_by_role("alert").filter(has_text="Type this code at the panel")).to_contain_text("042 917")


def _of_the_phone_itself(scene: Scene) -> None:
    state = scene.line.hears("panel_state")
    for code, over, sentence, limit, does in (
        ("absent", {"link": "absent"}, "Demo panel is not in reach of its bridge", "A connected panel", "Switch it on"),
        ("suspect", {"link": "suspect"}, "Demo panel does not answer properly", "A panel that answers", "Wait a moment"),
        ("foreign", {"foreign": True}, "lit already, and not by NIRWeb", "A panel that is off", "Switch it off at the panel"),
        ("busy", {"run": "running"}, "Demo panel is in use", "One session at a time", "Wait until it has ended"),
        ("another", {"wrong": "another"}, "is not what was added", "The panel that was added", "remove it and add it again"),
    ):
        scene.line.panel = over
        scene.line.tells(state)
        scene.is_told_by_the_phone(code, sentence, limit, does)
    _of_a_bond(scene, state)
    scene.line.panel = {"link": "connecting"}
    scene.line.tells(state)
    scene.waits("connecting", "Connecting to Demo panel")
    scene.line.panel = {}
    scene.line.tells(state)
    scene.line.asks(panel_id=str(uuid.uuid4()))
    scene.is_told_by_the_phone("refused_plan", "is not here, or not yours", "A plan that the server understands", "Go back")
    scene.line.silent_on = {"ticket"}
    scene.line.asks()
    scene.visitor.press("Change")
    scene.visitor.fill("Time", "2")
    scene.waits("checking", "The limits are being checked")
    scene.line.silent_on = set()
    bridge = {"type": "bridge", "bridge_id": scene.other.get("/api/panels")[0]["bridge_id"], "twice": False}
    sentence, does = "The bridge of this panel is not connected", "See that the machine"
    scene.line.tells(bridge | {"online": False})
    scene.is_told_by_the_phone("bridge_away", sentence, "A bridge in reach", does)
    scene.line.tells(bridge | {"online": True})


def test_every_refusal_says_its_limit_its_source_and_what_to_do(scene: Scene, lamp: Observer, shots: Path) -> None:
    scene.line.silent_on = {"panel_state"}
    scene.visitor.sets_up_a_session()
    scene.visitor.confirms_eyewear()
    scene.waits("looking", "Waiting for word of Demo panel")
    scene.line.silent_on = set()
    scene.line.tells(scene.line.hears("panel_state"))
    expect(scene.visitor.button("Hold to start")).to_have_attribute("aria-disabled", "false")
    old_start, old_start_s = scene.starts(), time.monotonic()
    _of_the_health_questions(scene)
    _of_holds(scene)
    _of_ceilings(scene)
    scene.page.screenshot(path=shots / "refused-eyes-390.png", full_page=True)
    _of_the_plan(scene)
    scene.line.asks()
    _of_the_phone_itself(scene)
    _at_the_start(scene, old_start, old_start_s)
    assert lamp.spans() == [], "nothing of all this lights a lamp"
    _of_an_open_session(scene)
    assert len(lamp.spans()) == 1, "nothing but the one session that was let"
    scene.page.context.clear_cookies()
    scene.line.is_revoked()
    scene.is_told_by_the_phone("signed_out", "You are signed out", "Signed in", "Sign in again")
    unseen = CODES - scene.shown - set(ELSEWHERE) - set(NEVER)
    assert not unseen, f"nobody has seen how {sorted(unseen)} looks"


def _raised(*modules: Any) -> Iterator[str]:
    """Codes of the problems that these modules raise."""
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                code = node.args[1]
                assert isinstance(code, ast.Constant), f"{module.__name__}: a code that is not written out"
                yield str(code.value)


_OF_THE_PHONE: Final = set(re.findall(r'because\(\s*"(\w+)"', PHONE.read_text(encoding="utf-8")))
CODES: Final = {code for code in BOOK if not code.startswith("caution_")} | _OF_THE_PHONE | set(_raised(start, tickets, checking))


def test_every_code_is_known_to_this_file() -> None:
    assert len(_OF_THE_PHONE) >= 14
    assert {"offline", "gap", "ticket_expired", "panel_changed"} <= CODES
    assert set(ELSEWHERE) | set(NEVER) <= CODES, "a code that no longer exists is still said to be shown elsewhere"
